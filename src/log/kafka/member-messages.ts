import kafkajs from "kafkajs";

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;

/** What a member tells the group's leader: the standard form of consumers, with the partitions it has beside it. */
export function encodeMember(topics: readonly string[], owned: readonly number[]): Buffer {
  return MemberMetadata.encode({
    version: 0,
    topics: [...topics],
    userData: Buffer.from(JSON.stringify(owned)),
  });
}

/** The partitions that {@link encodeMember} was given. */
export function decodeOwned(message: Buffer): readonly number[] {
  const userData = MemberMetadata.decode(message)?.userData;
  return userData === undefined || userData.length === 0 ? [] : JSON.parse(userData.toString());
}

/** What the leader tells a member: a partition is of all topics that have it, so that tools show who reads what. */
export function encodeAssignment(
  partitionCounts: ReadonlyMap<string, number>,
  partitions: readonly number[],
): Buffer {
  const assignment: { [topic: string]: number[] } = {};
  for (const [topic, count] of partitionCounts) assignment[topic] = partitions.filter((p) => p < count);
  return MemberAssignment.encode({ version: 0, assignment, userData: Buffer.alloc(0) });
}

/** The partitions that {@link encodeAssignment} was given, in order. */
export function decodeAssignment(message: Buffer): readonly number[] {
  const assignment = MemberAssignment.decode(message)?.assignment ?? {};
  return [...new Set(Object.values(assignment).flat())].sort((a, b) => a - b);
}
