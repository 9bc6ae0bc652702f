/** A member of a group, and the partitions it had before. */
export interface GroupMember {
  readonly id: string;
  readonly owned: readonly number[];
}

/**
 * Deals the partitions 0 to `count` - 1 to the members so that their shares differ by one at most. Who has a partition keeps it
 * if its share allows: its state is there already. A function of its arguments, in whatever order the members come.
 */
export function assignPartitions(
  count: number,
  members: readonly GroupMember[],
): ReadonlyMap<string, number[]> {
  const least = Math.floor(count / members.length);
  const withOneMore = count % members.length;
  const taken = new Set<number>();
  // Whoever has most keeps most: the shares with one more go to them.
  const ordered = [...members].sort((a, b) => b.owned.length - a.owned.length || (a.id < b.id ? -1 : 1));
  const shares = ordered.map(({ id, owned }, i) => {
    const size = least + (i < withOneMore ? 1 : 0);
    const kept = owned.filter((partition) => partition < count && !taken.has(partition)).slice(0, size);
    for (const partition of kept) taken.add(partition);
    return { id, size, partitions: kept };
  });
  const free = Array.from({ length: count }, (_, partition) => partition).filter((p) => !taken.has(p));
  for (const { size, partitions } of shares) partitions.push(...free.splice(0, size - partitions.length));
  return new Map(shares.map(({ id, partitions }) => [id, partitions.sort((a, b) => a - b)]));
}
