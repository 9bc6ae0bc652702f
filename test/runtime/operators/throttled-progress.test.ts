import { describe, it } from "vitest";
import { throttledProgress } from "../../../src/runtime/operators/throttled-progress.ts";
import { marbles } from "./marbles.ts";

const join = (snapshot: string, event: string) => snapshot + event;
const folded = throttledProgress(join, "", 4);

describe("throttledProgress", () => {
  it("emits the newest snapshot once in every period with events", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-a-b---------c--------d|");
      const expected = "  -----x-----------y-----(z|)";
      const values = { x: "ab", y: "abc", z: "abcd" };
      expectObservable(source.pipe(folded)).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe("^----------------------!");
    });
  });

  it("does not repeat the last snapshot at the end", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("a--------|").pipe(folded)).toBe("----a----|");
    });
  });

  it("never emits when the source never does", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("-").pipe(folded)).toBe("-");
    });
  });

  it("emits nothing when there was no event", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("--|").pipe(folded)).toBe("--|");
    });
  });

  it("emits the only snapshot at the end, without waiting", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("a-|").pipe(folded)).toBe("--(a|)");
    });
  });

  it("passes an error on at once", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold("a-#").pipe(folded)).toBe("--#");
    });
  });

  it("unsubscribes from the source when it is left early", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("a-b-c-d-e-|");
      expectObservable(source.pipe(folded), "-----!").toBe("----x", { x: "abc" });
      expectSubscriptions(source.subscriptions).toBe("^----!");
    });
  });

  it("errors with what fold throws", () => {
    marbles(({ cold, expectObservable }) => {
      const refuse = () => {
        throw "cannot fold";
      };
      expectObservable(cold("-a-|").pipe(throttledProgress(refuse, "", 4))).toBe(
        "-#",
        undefined,
        "cannot fold",
      );
    });
  });
});
