import { defer } from "rxjs";
import { describe, expect, it } from "vitest";
import { type ReopenPolicy, reopen } from "../../../src/runtime/operators/reopen.ts";
import { marbles } from "./marbles.ts";

const policy: ReopenPolicy = { delayMs: 4, maxDelayMs: 10, retriable: () => true, random: () => 0.5 };

describe("reopen", () => {
  it("waits longer after each failure in a row, to a limit", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("#");
      // Halves of 4, 8, 10 and 10 ms.
      const unsub = "------------------!";
      expectObservable(source.pipe(reopen(policy)), unsub).toBe("-");
      expectSubscriptions(source.subscriptions).toBe([
        "(^!)",
        "--(^!)",
        "------(^!)",
        "-----------(^!)",
        "----------------(^!)",
      ]);
    });
  });

  it("starts the row again after a value", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const sources = [cold("#"), cold("a#"), cold("#"), cold("b-|")];
      let opened = 0;
      const reopened = defer(() => sources[opened++]!).pipe(reopen(policy));
      expectObservable(reopened).toBe("--a------b-|");
      expectSubscriptions(sources[1]!.subscriptions).toBe("--^!");
      expectSubscriptions(sources[2]!.subscriptions).toBe("-----(^!)");
      expectSubscriptions(sources[3]!.subscriptions).toBe("---------^-!");
    });
  });

  it("tells of every wait", () => {
    const told: unknown[] = [];
    marbles(({ cold, expectObservable }) => {
      const onReopen = (...args: unknown[]) => told.push(args);
      expectObservable(cold("#", undefined, "lost").pipe(reopen({ ...policy, onReopen })), "---!").toBe("-");
    });
    expect(told).toEqual([
      ["lost", 2, 1],
      ["lost", 4, 2],
    ]);
  });

  it("passes an error on that opening again cannot help", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("-a-#", undefined, "bad config");
      const retriable = (error: unknown) => error !== "bad config";
      expectObservable(source.pipe(reopen({ ...policy, retriable }))).toBe("-a-#", undefined, "bad config");
      expectSubscriptions(source.subscriptions).toBe("^--!");
    });
  });

  it.each([
    ["never", "-"],
    ["empty", "--|"],
    ["one", "-a-|"],
    ["many", "-a-b-c-|"],
  ])("leaves a source alone that does not fail: %s", (_, picture) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(picture).pipe(reopen(policy))).toBe(picture);
    });
  });

  it("does not open again when it is left while waiting", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("a#");
      expectObservable(source.pipe(reopen(policy)), "--!").toBe("a--");
      expectSubscriptions(source.subscriptions).toBe("^!");
    });
  });

  it("errors with what a callback throws", () => {
    marbles(({ cold, expectObservable }) => {
      const retriable = () => {
        throw "thrown in retriable";
      };
      expectObservable(cold("#").pipe(reopen({ ...policy, retriable }))).toBe(
        "#",
        undefined,
        "thrown in retriable",
      );
    });
  });
});
