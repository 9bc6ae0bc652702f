import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignPartitions, type GroupMember } from "../../../src/log/kafka/assign-partitions.ts";

const members: fc.Arbitrary<GroupMember[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    owned: fc.uniqueArray(fc.nat(15), { maxLength: 16 }),
  }),
  { minLength: 1, maxLength: 6, selector: ({ id }) => id },
);

describe("the assignment of partitions", () => {
  it("gives each partition to one member, in shares that differ by one at most, in whatever order members come", () => {
    fc.assert(
      fc.property(fc.nat(16), members, fc.gen(), (count, group, g) => {
        const assigned = assignPartitions(count, group);
        const all = [...assigned.values()].flat().sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: count }, (_, partition) => partition));
        const sizes = group.map(({ id }) => assigned.get(id)!.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const shuffled = g(fc.shuffledSubarray, group, { minLength: group.length });
        expect(assignPartitions(count, shuffled)).toEqual(assigned);
      }),
    );
  });

  it("takes from members only what their shares do not allow", () => {
    const group = [
      { id: "a", owned: [0, 1, 2, 3] },
      { id: "b", owned: [4, 5] },
      { id: "c", owned: [] },
    ];
    expect(Object.fromEntries(assignPartitions(6, group))).toEqual({ a: [0, 1], b: [4, 5], c: [2, 3] });
  });
});
