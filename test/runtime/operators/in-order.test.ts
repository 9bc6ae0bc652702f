import fc from "fast-check";
import { from, lastValueFrom, take, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { inOrder } from "../../../src/runtime/operators/in-order.ts";
import { marbles } from "./marbles.ts";

describe("inOrder", () => {
  it("holds what comes early until those before it are there", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot(" --2---0---1-------3-|");
      const subs = "       ^-------------------!";
      const expected = "   ------0---(12)----3-|";
      expectObservable(source.pipe(inOrder(Number))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it("starts where it is told to", () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(" 8-7----|");
      const expected = "    --(78)-|";
      expectObservable(source.pipe(inOrder(Number, 7))).toBe(expected);
    });
  });

  it("keeps the order for each subscriber by itself", () => {
    marbles(({ cold, expectObservable }) => {
      const ordered = cold("1-0-----|").pipe(inOrder(Number));
      const expected = "    --(01)--|";
      expectObservable(ordered).toBe(expected);
      expectObservable(ordered, "----^").toBe(`----${expected}`);
    });
  });

  it("never emits when the source never does", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-").pipe(inOrder(Number))).toBe("-");
    });
  });

  it("completes when the source is empty", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("--|").pipe(inOrder(Number))).toBe("--|");
    });
  });

  it("passes one", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-0-|").pipe(inOrder(Number))).toBe("-0-|");
    });
  });

  it("passes an error on, leaving out what waits", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-0-2-#").pipe(inOrder(Number))).toBe("-0---#");
    });
  });

  it("unsubscribes from the source when it is left early", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-0-1-2-3-|");
      const unsub = "     ----!";
      const expected = "  -0-1-";
      expectObservable(source.pipe(inOrder(Number)), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe("^---!");
    });
  });

  it("stops a source that emits without end while it is being subscribed to", async () => {
    function* naturals() {
      for (let n = 0; ; n++) yield n;
    }
    expect(await lastValueFrom(from(naturals()).pipe(inOrder(Number), take(3), toArray()))).toEqual([
      0, 1, 2,
    ]);
  });

  it("errors when the source completes behind a gap", () => {
    marbles(({ cold, expectObservable }) => {
      const error = new RangeError("The source completed without number 1; 2 wait behind it");
      expectObservable(cold("-0-2-3-|").pipe(inOrder(Number))).toBe("-0-----#", undefined, error);
    });
  });

  it.each([
    ["was emitted already", "-0-0-|"],
    ["is waiting", "-2-2-|"],
  ])("errors when a number that %s comes again", (_, picture) => {
    marbles(({ cold, expectObservable }) => {
      const number = picture[1]!;
      const error = new RangeError(
        `Sequence number ${number} arrived twice or is none; ${number === "0" ? 1 : 0} comes next`,
      );
      const expected = number === "0" ? "-0-#" : "---#";
      expectObservable(cold(picture).pipe(inOrder(Number))).toBe(expected, undefined, error);
    });
  });

  it("errors with what sequenceOf throws", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("-0-1-|");
      const refuse = () => {
        throw "no number";
      };
      expectObservable(source.pipe(inOrder(refuse))).toBe("-#", undefined, "no number");
      expectSubscriptions(source.subscriptions).toBe("^!");
    });
  });

  it("gives any permutation back in order, each once", async () => {
    const permutations = fc
      .nat(200)
      .map((size) => Array.from({ length: size }, (_, n) => n))
      .chain((numbers) => fc.shuffledSubarray(numbers, { minLength: numbers.length }));
    await fc.assert(
      fc.asyncProperty(permutations, async (numbers) => {
        const ordered = await lastValueFrom(from(numbers).pipe(inOrder(Number), toArray()));
        expect(ordered).toEqual(Array.from(numbers.keys()));
      }),
    );
  });
});
