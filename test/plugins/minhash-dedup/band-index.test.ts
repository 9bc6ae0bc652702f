import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BandIndex, type IndexedHolder, mostPerKey } from "../../../plugins/minhash-dedup/band-index.ts";

const bands = 4;
const keys = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: bands, maxLength: bands });
const step = fc.record({ kind: fc.constantFrom("insert", "insert", "remove", "commit", "rollback"), keys });

function contents(index: BandIndex): unknown {
  return Array.from({ length: 6 }, (_, key) => index.candidates(new Uint32Array(bands).fill(key)));
}

describe("BandIndex", () => {
  it("after a rollback is what it was at the last commit", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const index = new BandIndex(bands);
        let alive: IndexedHolder[] = [];
        let committed = { alive, contents: contents(index) };
        steps.forEach(({ kind, keys: given }, i) => {
          if (kind === "insert") {
            const holder = { record: i + 1, keys: Uint32Array.from(given) };
            alive = [...alive, { ...holder, present: index.insert(holder.record, holder.keys) }];
          } else if (kind === "remove" && alive.length > 0) {
            index.remove(alive[0]!);
            alive = alive.slice(1);
          } else if (kind === "commit") {
            index.commit();
            committed = { alive, contents: contents(index) };
          } else if (kind === "rollback") {
            index.rollback();
            alive = committed.alive;
            expect(contents(index)).toEqual(committed.contents);
          }
        });
      }),
    );
  });

  it("restored from its holders finds what it found, full bands included", () => {
    const index = new BandIndex(2);
    const holders = Array.from({ length: mostPerKey + 3 }, (_, i) => {
      const holder = { record: i + 1, keys: Uint32Array.of(1, i) };
      return { ...holder, present: index.insert(holder.record, holder.keys) };
    });
    index.remove(holders.shift()!);
    const restored = new BandIndex(2);
    restored.reserve(holders.length);
    restored.restore(holders);
    const lookedUp = [Uint32Array.of(1, 0), Uint32Array.of(1, mostPerKey + 1), Uint32Array.of(2, 5)];
    expect(lookedUp.map((k) => restored.candidates(k))).toEqual(lookedUp.map((k) => index.candidates(k)));
    expect(restored.candidates(Uint32Array.of(1, mostPerKey + 1))).toHaveLength(mostPerKey);
  });

  it("names the first shared band and how many are shared, the most shared first", () => {
    const index = new BandIndex(3);
    index.insert(1, Uint32Array.of(9, 5, 9));
    index.insert(2, Uint32Array.of(9, 5, 6));
    expect(index.candidates(Uint32Array.of(4, 5, 6))).toEqual([
      { record: 2, band: 1, shared: 2 },
      { record: 1, band: 1, shared: 1 },
    ]);
  });
});
