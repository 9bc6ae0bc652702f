import { of } from "rxjs";
import { describe, it } from "vitest";
import { drainOn } from "../../../src/runtime/operators/drain-on.ts";
import { marbles } from "./marbles.ts";

describe("drainOn", () => {
  it("completes and leaves the source when it is told to stop", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-a-b-c-d-");
      const stop = hot("  ----s-s--");
      const expected = "  -a-b|";
      expectObservable(source.pipe(drainOn(stop))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe("^---!");
      expectSubscriptions(stop.subscriptions).toBe("^---!");
    });
  });

  it("does not stop when the stop signal completes without a value", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("-a-b-|").pipe(drainOn(hot("--|")))).toBe("-a-b-|");
    });
  });

  it("reads nothing when it is stopped already", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("a-b-|");
      expectObservable(source.pipe(drainOn(of("stop")))).toBe("|");
      expectSubscriptions(source.subscriptions).toBe([]);
    });
  });

  it("passes an error on", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-a-#").pipe(drainOn(cold("-")))).toBe("-a-#");
    });
  });
});
