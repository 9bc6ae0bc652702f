import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BandIndex } from "../../../plugins/minhash-dedup/band-index.ts";
import { BandIndexInWasm } from "../../../plugins/minhash-dedup/band-index-in-wasm.ts";
import { createHolderIndex } from "../../../plugins/minhash-dedup/create-holder-index.ts";
import { type IndexedHolder, mostPerKey } from "../../../plugins/minhash-dedup/holder-index.ts";

const bands = 3;

/** Few keys, of which many lie together: at the ends, where a table begins again from its start, and in one place. */
const key = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 2 ** 32 - 4, max: 2 ** 32 - 1 }),
  fc.integer({ min: 2 ** 31, max: 2 ** 31 + 2 }),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const keys = fc.array(key, { minLength: bands, maxLength: bands }).map((each) => Uint32Array.from(each));
const step = fc.record({
  kind: fc.constantFrom("insert", "insert", "insert", "look up", "remove", "commit", "rollback", "restore"),
  keys,
});

function scattered(i: number, band: number): number {
  return Math.imul(Math.imul(i + 1, 0x9e3779b1) ^ (band * 0x85ebca6b), 0xc2b2ae35) >>> 0;
}

describe("BandIndexInWasm", () => {
  it("finds what the tables of typed arrays find, whatever is done to both", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        let [wasm, arrays] = [BandIndexInWasm.create(bands)!, new BandIndex(bands)];
        let alive: IndexedHolder[] = [];
        let committed = alive;
        const seen = [Uint32Array.of(0, 0, 0), Uint32Array.of(2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1)];
        steps.forEach(({ kind, keys: given }, i) => {
          seen.push(given);
          if (kind === "insert") {
            const present = wasm.insert(i + 1, given).slice();
            expect(present).toEqual(arrays.insert(i + 1, given));
            alive = [...alive, { record: i + 1, keys: given, present }];
          } else if (kind === "look up") {
            expect(wasm.candidates(given)).toEqual(arrays.candidates(given));
            const present = wasm.insert(i + 1, given).slice();
            expect(present).toEqual(arrays.insert(i + 1, given));
            alive = [...alive, { record: i + 1, keys: given, present }];
          } else if (kind === "remove" && alive.length > 0) {
            const gone = alive[i % alive.length]!;
            for (const index of [wasm, arrays]) index.remove(gone);
            alive = alive.filter((each) => each !== gone);
          } else if (kind === "commit") {
            for (const index of [wasm, arrays]) index.commit();
            committed = alive;
          } else if (kind === "rollback") {
            for (const index of [wasm, arrays]) index.rollback();
            alive = committed;
          } else if (kind === "restore") {
            [wasm, arrays] = [BandIndexInWasm.create(bands)!, new BandIndex(bands)];
            for (const index of [wasm, arrays]) {
              index.reserve(alive.length);
              index.restore(alive);
            }
            committed = alive;
          }
        });
        for (const each of seen) expect(wasm.candidates(each)).toEqual(arrays.candidates(each));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps everything while it grows, and puts back what a rollback removed", () => {
    const index = BandIndexInWasm.create(2)!;
    const count = 60_000;
    const keysOf = (i: number) => Uint32Array.of(scattered(i, 0), scattered(i, 1));
    const holders: IndexedHolder[] = [];
    for (let i = 0; i < count; i++)
      holders.push({ record: i + 1, keys: keysOf(i), present: index.insert(i + 1, keysOf(i)).slice() });
    index.commit();
    const missing = () => holders.filter(({ record, keys: k }) => index.candidates(k)[0]?.record !== record);
    expect(missing()).toEqual([]);
    for (const [i, holder] of holders.entries()) if (i % 2 === 0) index.remove(holder);
    expect(missing()).toHaveLength(count / 2);
    for (let i = 0; i < 2 * count; i++) index.insert(count + i + 1, keysOf(count + i));
    index.rollback();
    expect(missing()).toEqual([]);
    expect(index.candidates(keysOf(count))).toEqual([]);
  });

  it("makes room when all keys crowd together at the very end", () => {
    const index = BandIndexInWasm.create(1)!;
    for (let record = 1; record <= 6000; record++)
      index.insert(record, Uint32Array.of(2 ** 32 - 1 - (record % 200)));
    const found = index.candidates(Uint32Array.of(2 ** 32 - 1)).map(({ record }) => record);
    expect(found).toEqual(Array.from({ length: 30 }, (_, i) => 200 * (i + 1)));
  });

  it("keeps no more records under a key than a band may", () => {
    const index = BandIndexInWasm.create(2)!;
    for (let record = 1; record <= mostPerKey; record++) index.insert(record, Uint32Array.of(7, record));
    expect([...index.insert(100, Uint32Array.of(7, 100))]).toEqual([0, 1]);
    expect(index.candidates(Uint32Array.of(7, 0))).toHaveLength(mostPerKey);
  });

  it("refuses to remove what is not there", () => {
    const holder = { record: 1, keys: Uint32Array.of(7), present: Uint8Array.of(1) };
    expect(() => BandIndexInWasm.create(1)!.remove(holder)).toThrow("record 1 is not under the key 7");
  });
});

describe("createHolderIndex", () => {
  it("takes typed arrays for more records than a WebAssembly memory holds", () => {
    expect(createHolderIndex(21, 4_000_000)).toBeInstanceOf(BandIndexInWasm);
    expect(createHolderIndex(128, 4_000_000)).toBeInstanceOf(BandIndex);
  });
});
