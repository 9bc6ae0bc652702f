import fc from "fast-check";
import { concatMap, from, lastValueFrom, map, of, take, timer, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { commitEvery } from "../../../src/runtime/operators/commit-every.ts";
import { marbles } from "./marbles.ts";

const sizeOf = () => ({ records: 1, bytes: 10 });
const commitAtOnce = (group: readonly string[]) => of(group.join(""));
const never = { records: 1000, bytes: 1000, everyMs: 1000 };

describe("commitEvery", () => {
  it("commits when enough records wait", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-a-b-c-d-e-|");
      const expected = "  ---x---y---(z|)";
      expectObservable(source.pipe(commitEvery({ ...never, records: 2 }, sizeOf, commitAtOnce))).toBe(
        expected,
        {
          x: "ab",
          y: "cd",
          z: "e",
        },
      );
      expectSubscriptions(source.subscriptions).toBe("^----------!");
    });
  });

  it("commits when enough bytes wait", () => {
    marbles(({ cold, expectObservable }) => {
      const committed = cold("-a-b-c-d-|").pipe(commitEvery({ ...never, bytes: 25 }, sizeOf, commitAtOnce));
      expectObservable(committed).toBe("-----x---(y|)", { x: "abc", y: "d" });
    });
  });

  it("commits when the time since the first that waits is up", () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold("-a-b---------c--d--|");
      const expected = "   -----x-----------y-|";
      const committed = source.pipe(commitEvery({ ...never, everyMs: 4 }, sizeOf, commitAtOnce));
      expectObservable(committed).toBe(expected, { x: "ab", y: "cd" });
    });
  });

  it("never has two commits under way: items gather meanwhile", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("-a-b-c-d-e---|");
      const commits: { readonly [group: string]: ReturnType<typeof cold> } = {
        a: cold("          -----(x|)"),
        bc: cold("              -----(y|)"),
        de: cold("                   --(z|)"),
      };
      const expected = "   ------x----y-(z|)";
      const commit = (group: readonly string[]) => commits[group.join("")]!;
      const committed = source.pipe(commitEvery({ ...never, records: 1 }, sizeOf, commit));
      expectObservable(committed).toBe(expected);
      expectSubscriptions(commits["a"]!.subscriptions).toBe(" -^----!");
      expectSubscriptions(commits["bc"]!.subscriptions).toBe("------^----!");
      expectSubscriptions(commits["de"]!.subscriptions).toBe("-----------^-!");
    });
  });

  it("waits for a threshold again after a commit", () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold("-(ab)-c------|");
      const expected = "   ----x--------(y|)";
      const commit = (group: readonly string[]) => (group.length === 2 ? cold("---x|") : of("y"));
      expectObservable(source.pipe(commitEvery({ ...never, records: 2 }, sizeOf, commit))).toBe(expected);
    });
  });

  it("commits at once after a commit during which the time was up", () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold("-a--b------------|");
      const slow = cold("     ------x-|");
      const expected = "   ---------x-y-----|";
      const commit = (group: readonly string[]) => (group[0] === "a" ? slow : of("y"));
      expectObservable(source.pipe(commitEvery({ ...never, everyMs: 2 }, sizeOf, commit))).toBe(expected);
    });
  });

  it("leaves out what has no records", () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold("-0---a-0-|");
      const expected = "   ---------(x|)";
      const sizeOfEmpty = (item: string) => ({ records: item === "0" ? 0 : 1, bytes: 5 });
      const committed = source.pipe(commitEvery({ ...never, bytes: 10 }, sizeOfEmpty, commitAtOnce));
      expectObservable(committed).toBe(expected, { x: "a" });
    });
  });

  it("commits what remains before it completes", () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold("-a-b-|");
      const expected = "   --------(x|)";
      const committed = source.pipe(commitEvery(never, sizeOf, () => cold("---(x|)")));
      expectObservable(committed).toBe(expected);
    });
  });

  it("never emits when the source never does", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-").pipe(commitEvery(never, sizeOf, commitAtOnce))).toBe("-");
    });
  });

  it("completes without a commit when the source is empty", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("--|").pipe(commitEvery(never, sizeOf, commitAtOnce))).toBe("--|");
    });
  });

  it("passes an error of the source on at once, committing no more", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("-a-b-#");
      const slow = cold("   -------x|");
      const committed = source.pipe(commitEvery({ ...never, records: 1 }, sizeOf, () => slow));
      expectObservable(committed).toBe("-----#");
      expectSubscriptions(slow.subscriptions).toBe("-^---!");
    });
  });

  it("errors when a commit fails, committing no more", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("-a-b-c-|");
      const failing = cold("--#", undefined, "fenced");
      const committed = source.pipe(commitEvery({ ...never, records: 1 }, sizeOf, () => failing));
      expectObservable(committed).toBe("---#", undefined, "fenced");
      expectSubscriptions(source.subscriptions).toBe("^--!");
      expectSubscriptions(failing.subscriptions).toBe("-^-!");
    });
  });

  it.each([
    ["sizeOf", "-#", { ...never, records: 1 }, refuse, commitAtOnce],
    ["commit, when it is due by size", "-#", { ...never, records: 1 }, sizeOf, refuse],
    ["commit, when it is due by time", "---#", { ...never, everyMs: 2 }, sizeOf, refuse],
    ["commit, at the end", "------#", never, sizeOf, refuse],
  ])("errors with what %s throws", (_, expected, policy, size, commit) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-a----|").pipe(commitEvery(policy, size, commit))).toBe(
        expected,
        undefined,
        "refused",
      );
    });
  });

  it("leaves the source and the commit when it is left early, and commits no more", () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot("-a-b-c-|");
      const slow = cold("  -------x|");
      const committed = source.pipe(commitEvery({ ...never, records: 1 }, sizeOf, () => slow));
      expectObservable(committed, "----!").toBe("-----");
      expectSubscriptions(source.subscriptions).toBe("^---!");
      expectSubscriptions(slow.subscriptions).toBe("-^--!");
    });
  });

  it("stops a source that emits without end while it is being subscribed to", async () => {
    function* forever() {
      for (;;) yield "a";
    }
    const committed = from(forever()).pipe(
      commitEvery({ ...never, records: 2 }, sizeOf, commitAtOnce),
      take(2),
      toArray(),
    );
    expect(await lastValueFrom(committed)).toEqual(["aa", "aa"]);
  });

  it("commits every item exactly once, in order, one commit at a time, whatever the sizes and delays", () => {
    const milliseconds = fc.nat(20);
    const items = fc.array(fc.record({ gap: milliseconds, records: fc.integer({ min: 1, max: 9 }) }));
    const commitTimes = fc.infiniteStream(milliseconds);
    const policies = fc.record({
      records: fc.integer({ min: 1, max: 30 }),
      bytes: fc.integer({ min: 1, max: 300 }),
      everyMs: milliseconds,
    });
    fc.assert(
      fc.property(items, commitTimes, policies, (sent, times, policy) => {
        const groups: (readonly (typeof sent)[number][])[] = [];
        let underWay = 0;
        marbles(({ flush }) => {
          const source = from(sent).pipe(concatMap((item) => timer(item.gap).pipe(map(() => item))));
          const size = ({ records }: { readonly records: number }) => ({ records, bytes: records * 10 });
          const commit = (group: readonly (typeof sent)[number][]) => {
            expect([group.length > 0, ++underWay]).toEqual([true, 1]);
            return timer(times.next().value!).pipe(
              map(() => {
                underWay--;
                return group;
              }),
            );
          };
          source.pipe(commitEvery(policy, size, commit)).subscribe((group) => groups.push(group));
          flush();
        });
        expect(groups.flat()).toEqual(sent);
      }),
    );
  });
});

function refuse(): never {
  throw "refused";
}
