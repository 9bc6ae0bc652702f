import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Credit } from "../../src/log/log.ts";
import { hasCredit, Window } from "../../src/runtime/window.ts";

describe("Window", () => {
  it("has the credit that was not taken", () => {
    const window = new Window({ records: 10, bytes: 1000 });
    window.take(3, 400);
    window.take(2, 100);
    window.give(3, 400);
    expect([window.credit, window.inFlight]).toEqual([
      { records: 8, bytes: 900 },
      { records: 2, bytes: 100 },
    ]);
  });

  it("takes one message larger than itself, and has no credit until it is given back", () => {
    const window = new Window({ records: 10, bytes: 1000 });
    window.take(1, 5000);
    const during = window.credit;
    window.give(1, 5000);
    expect([during, window.credit]).toEqual([
      { records: 9, bytes: 0 },
      { records: 10, bytes: 1000 },
    ]);
  });

  it("emits its credit at once and whenever it changes", () => {
    const window = new Window({ records: 2, bytes: 20 });
    const seen: Credit[] = [];
    window.credit$.subscribe((credit) => seen.push(credit));
    window.take(2, 10);
    window.take(0, 0);
    window.give(1, 5);
    expect(seen).toEqual([
      { records: 2, bytes: 20 },
      { records: 0, bytes: 10 },
      { records: 1, bytes: 15 },
    ]);
  });

  it("refuses to take back more than it gave out", () => {
    const window = new Window({ records: 2, bytes: 20 });
    window.take(1, 10);
    expect(() => window.give(1, 11)).toThrow(
      "1 records and 11 bytes were given back to a window that had 1 records and 10 bytes in flight",
    );
  });

  it.each([
    { records: 0, bytes: 1 },
    { records: 1, bytes: 0 },
    { records: Number.NaN, bytes: 1 },
  ])("refuses to be empty: $records records, $bytes bytes", (size) => {
    expect(() => new Window(size)).toThrow(RangeError);
  });

  it("has all its credit again when everything is given back, whatever the order", () => {
    const sizes = fc.array(fc.record({ records: fc.nat(300), bytes: fc.nat(5000) }));
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (taken, picks) => {
        const window = new Window({ records: 100, bytes: 1000 });
        for (const size of taken) window.take(size.records, size.bytes);
        const left = [...taken];
        while (left.length > 0) {
          const [size] = left.splice(picks.next().value! % left.length, 1);
          window.give(size!.records, size!.bytes);
        }
        expect([window.credit, window.inFlight]).toEqual([
          { records: 100, bytes: 1000 },
          { records: 0, bytes: 0 },
        ]);
      }),
    );
  });
});

describe("hasCredit", () => {
  it("needs credit for a record and for a byte", () => {
    expect(
      [
        { records: 1, bytes: 1 },
        { records: 0, bytes: 1 },
        { records: 1, bytes: 0 },
      ].map(hasCredit),
    ).toEqual([true, false, false]);
  });
});
