import { from, lastValueFrom, Subject, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { mapChunk } from "../../../src/runtime/operators/map-chunk.ts";
import { marbles } from "./marbles.ts";

const upper = (chunk: string) => chunk.toUpperCase();

/** A promise settled from outside. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("mapChunk", () => {
  it("passes results that are no promises on at once", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-a-b-c-|");
      const expected = "  -A-B-C-|";
      expectObservable(source.pipe(mapChunk(upper))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe("^------!");
    });
  });

  it("never emits when the source never does", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-").pipe(mapChunk(upper))).toBe("-");
    });
  });

  it("completes when the source is empty", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("--|").pipe(mapChunk(upper))).toBe("--|");
    });
  });

  it("passes an error of the source on", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-a-#").pipe(mapChunk(upper))).toBe("-A-#");
    });
  });

  it("unsubscribes from the source when it is left early", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-a-b-c-|");
      expectObservable(source.pipe(mapChunk(upper)), "----!").toBe("-A-B-");
      expectSubscriptions(source.subscriptions).toBe("^---!");
    });
  });

  it("errors when project throws", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("-a-b-|");
      const refuse = () => {
        throw "refused";
      };
      expectObservable(source.pipe(mapChunk(refuse))).toBe("-#", undefined, "refused");
      expectSubscriptions(source.subscriptions).toBe("^!");
    });
  });

  it("errors when a promise rejects", async () => {
    const results = from([1]).pipe(mapChunk(() => Promise.reject(new Error("late refusal"))));
    await expect(lastValueFrom(results)).rejects.toEqual(new Error("late refusal"));
  });

  it("overlaps slow chunks and emits each when it is ready", async () => {
    const slow = [deferred<string>(), deferred<string>(), deferred<string>()];
    const results = lastValueFrom(
      from([0, 1, 2]).pipe(
        mapChunk((n) => slow[n]!.promise),
        toArray(),
      ),
    );
    for (const n of [2, 0, 1]) slow[n]!.resolve(`chunk ${n}`);
    expect(await results).toEqual(["chunk 2", "chunk 0", "chunk 1"]);
  });

  it("has no more projections under way than it may", async () => {
    const source = new Subject<number>();
    const slow = [deferred<string>(), deferred<string>(), deferred<string>()];
    const started: number[] = [];
    const results = lastValueFrom(
      source.pipe(
        mapChunk((n) => {
          started.push(n);
          return slow[n]!.promise;
        }, 2),
        toArray(),
      ),
    );
    for (const n of [0, 1, 2]) source.next(n);
    source.complete();
    const startedAtFirst = [...started];
    for (const [n, { resolve }] of slow.entries()) resolve(`chunk ${n}`);
    expect([startedAtFirst, await results, started]).toEqual([
      [0, 1],
      ["chunk 0", "chunk 1", "chunk 2"],
      [0, 1, 2],
    ]);
  });
});
