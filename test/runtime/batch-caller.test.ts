import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { PurePhase } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { RecordError } from "../../src/core/record-error.ts";
import {
  type BatchCallerDeps,
  CallFailure,
  createBatchCaller,
  type Retry,
} from "../../src/runtime/batch-caller.ts";

const options = { batch: 4, concurrency: 2, timeoutMs: 10_000, retries: 2 };

/** Waits of 0 ms, so that retries take no time. */
const deps: BatchCallerDeps = { random: () => 0 };

const record = (id: string): MagpieRecord => ({
  id,
  turns: [],
  provenance: {},
  measures: {},
  tags: {},
  extra: {},
});

const recordsOf = (ids: string) => [...ids].map(record);
const idsOf = (batch: readonly MagpieRecord[]) => batch.map(({ id }) => id).join("");

/** A phase that gives ids in upper case, and the batches it was called with. */
function observed(phase: PurePhase<string> = (batch) => batch.map(({ id }) => id.toUpperCase())) {
  const calls: string[] = [];
  const seen: PurePhase<string> = (batch, signal) => {
    calls.push(idsOf(batch));
    return phase(batch, signal);
  };
  return { calls, phase: seen };
}

/** Fails a batch that holds `poison`. */
const failingOn =
  (poison: string, error: unknown): PurePhase<string> =>
  async (batch) => {
    if (idsOf(batch).includes(poison)) throw error;
    return batch.map(({ id }) => id.toUpperCase());
  };

describe("a batch caller", () => {
  it("gives a result per record, in order, from batches of at most the given size", async () => {
    const { calls, phase } = observed();
    const results = await createBatchCaller(phase, options, deps).call(recordsOf("abcdefghij"));
    expect([results.join(""), calls]).toEqual(["ABCDEFGHIJ", ["abcd", "efgh", "ij"]]);
  });

  it("makes no call for no records", async () => {
    const { calls, phase } = observed();
    expect([await createBatchCaller(phase, options, deps).call([]), calls]).toEqual([[], []]);
  });

  it("has no more calls under way than it may, over all that call it", async () => {
    let underWay = 0;
    let most = 0;
    const { phase } = observed(async (batch) => {
      most = Math.max(most, ++underWay);
      await setImmediate();
      underWay--;
      return batch.map(({ id }) => id);
    });
    const caller = createBatchCaller(phase, options, deps);
    const results = await Promise.all(
      ["abcdefghi", "jklmnopqr", "stuvwxyz"].map((ids) => caller.call(recordsOf(ids))),
    );
    expect([results.flat().join(""), most]).toEqual(["abcdefghijklmnopqrstuvwxyz", 2]);
  });

  it("fails the record a RecordError stands for, and no other", async () => {
    const phase = (batch: readonly MagpieRecord[]) =>
      batch.map(({ id }) => (id === "b" ? new RecordError("TOO_ODD", "b is odd") : id));
    expect(await createBatchCaller<string>(phase, options, deps).call(recordsOf("abc"))).toEqual([
      "a",
      new CallFailure("TOO_ODD", "b is odd", 1),
      "c",
    ]);
  });

  it.each([
    ["throws", (batch: readonly MagpieRecord[]) => refuseOn("c", batch)],
    ["rejects", async (batch: readonly MagpieRecord[]) => refuseOn("c", batch)],
  ])("finds the record a batch %s for, by halves, and fails it alone", async (_, refusing) => {
    const { calls, phase } = observed(refusing);
    const results = await createBatchCaller(phase, options, deps).call(recordsOf("abcd"));
    expect([results, calls]).toEqual([
      ["A", "B", new CallFailure("MGP_PLUGIN_THREW", "TypeError: no c", 3), "D"],
      ["abcd", "ab", "cd", "c", "d"],
    ]);
  });

  it("keeps the code of what was thrown", async () => {
    const missing = Object.assign(new Error("no such file"), { code: "ENOENT" });
    const caller = createBatchCaller(failingOn("a", missing), options, deps);
    expect(await caller.call(recordsOf("a"))).toEqual([new CallFailure("ENOENT", "Error: no such file", 1)]);
  });

  it("fails a record for which something other than an Error is thrown", async () => {
    const caller = createBatchCaller(failingOn("a", "just text"), options, deps);
    expect(await caller.call(recordsOf("a"))).toEqual([new CallFailure("MGP_PLUGIN_THREW", "just text", 1)]);
  });

  it("tries again what may pass, and tells of it", async () => {
    const busy = Object.assign(new Error("busy"), { status: 503 });
    let failures = 2;
    const { calls, phase } = observed(async (batch) => {
      if (failures-- > 0) throw busy;
      return batch.map(({ id }) => id.toUpperCase());
    });
    const retries: Retry[] = [];
    const caller = createBatchCaller(phase, options, { ...deps, onRetry: (retry) => retries.push(retry) });
    expect([await caller.call(recordsOf("ab")), calls, retries]).toEqual([
      ["A", "B"],
      ["ab", "ab", "ab"],
      [
        { error: busy, attempt: 1, delayMs: 0, records: 2 },
        { error: busy, attempt: 2, delayMs: 0, records: 2 },
      ],
    ]);
  });

  it("tells of every call when it begins and how it ended", async () => {
    const busy = Object.assign(new Error("busy"), { status: 503 });
    const short = new TypeError("bug");
    const errors: (Error | undefined)[] = [busy, undefined, short];
    const phase: PurePhase<string> = async (batch) => {
      const error = errors.shift();
      if (error !== undefined) throw error;
      return batch.map(({ id }) => id);
    };
    const told: unknown[] = [];
    const onCall = () => {
      told.push("begins");
      return (error?: unknown) => told.push(error ?? "ends");
    };
    const caller = createBatchCaller(phase, options, { ...deps, onCall });
    await caller.call(recordsOf("a"));
    await caller.call(recordsOf("b"));
    expect(told).toEqual(["begins", busy, "begins", "ends", "begins", short]);
  });

  it("waits as long as the error asks, or a random time that doubles", async () => {
    const delays: number[] = [];
    const errors = [{ retriable: true }, { retriable: true }, { retriable: true, retryAfterMs: 7 }].map(
      (fields) => Object.assign(new Error("busy"), fields),
    );
    const phase: PurePhase<string> = async (batch) => {
      const error = errors.shift();
      if (error !== undefined) throw error;
      return batch.map(({ id }) => id);
    };
    const caller = createBatchCaller(
      phase,
      { ...options, retries: 3 },
      { random: () => 0.01, onRetry: ({ delayMs }) => delays.push(delayMs) },
    );
    expect([await caller.call(recordsOf("a")), delays]).toEqual([["a"], [1, 2, 7]]);
  });

  it("does not try a bug again", async () => {
    const { calls, phase } = observed(failingOn("a", new TypeError("bug")));
    await createBatchCaller(phase, options, deps).call(recordsOf("a"));
    expect(calls).toEqual(["a"]);
  });

  it("splits a batch whose retries ran out, without retrying the halves", async () => {
    const { calls, phase } = observed(failingOn("b", Object.assign(new Error("busy"), { status: 503 })));
    const results = await createBatchCaller(phase, options, deps).call(recordsOf("abcd"));
    expect([results, calls]).toEqual([
      ["A", new CallFailure("MGP_PLUGIN_THREW", "Error: busy", 5), "C", "D"],
      ["abcd", "abcd", "abcd", "ab", "cd", "a", "b"],
    ]);
  });

  it("fails a record that never ends by the time-out, its signal aborted, and no other", async () => {
    const aborted: string[] = [];
    const { calls, phase } = observed((batch, signal) => {
      if (!idsOf(batch).includes("b")) return Promise.resolve(batch.map(({ id }) => id.toUpperCase()));
      signal.addEventListener("abort", () => aborted.push(idsOf(batch)));
      return new Promise(() => {});
    });
    const caller = createBatchCaller(phase, { ...options, timeoutMs: 20, retries: 0 }, deps);
    expect([await caller.call(recordsOf("abc")), calls, aborted]).toEqual([
      [
        "A",
        new CallFailure(
          "MGP_PLUGIN_TIMEOUT",
          "a call with 1 record did not end within 20 ms; raise timeoutMs or lower batch if the plugin needs longer",
          3,
        ),
        "C",
      ],
      ["abc", "a", "bc", "b", "c"],
      ["abc", "bc", "b"],
    ]);
  });

  it("ignores what a call that timed out still gives or throws", async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", listen);
    const phase: PurePhase<string> = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => setTimeout(() => reject(new Error("too late")), 1));
      });
    const caller = createBatchCaller(phase, { ...options, timeoutMs: 5, retries: 0 }, deps);
    const results = await caller.call(recordsOf("a"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", listen);
    expect([results.map((result) => (result as CallFailure).code), unhandled]).toEqual([
      ["MGP_PLUGIN_TIMEOUT"],
      [],
    ]);
  });

  it.each([
    [
      "too few results",
      (batch: readonly MagpieRecord[]) => batch.slice(1).map(({ id }) => id),
      "the plugin returned 0 results for 1 records; it must return one for each, in order",
    ],
    [
      "too many results",
      (batch: readonly MagpieRecord[]) => ["x", ...batch.map(({ id }) => id)],
      "the plugin returned 2 results for 1 records; it must return one for each, in order",
    ],
    [
      "no array",
      () => ({ length: 2 }) as unknown as readonly string[],
      "the plugin returned object where an array of 1 results was expected",
    ],
    [
      "nothing",
      () => undefined as unknown as readonly string[],
      "the plugin returned undefined where an array of 1 results was expected",
    ],
  ])("fails every record of a plugin that returns %s", async (_, phase, message) => {
    expect(await createBatchCaller<string>(phase, options, deps).call(recordsOf("ab"))).toEqual([
      new CallFailure("MGP_PLUGIN_RESULT", message, 2),
      new CallFailure("MGP_PLUGIN_RESULT", message, 2),
    ]);
  });

  it("fails the records that have a hole, undefined or null for a result", async () => {
    const results: unknown[] = ["A", undefined, null, "D"];
    delete results[1];
    const caller = createBatchCaller<string>(() => results as readonly string[], options, deps);
    const failure = new CallFailure(
      "MGP_PLUGIN_RESULT",
      "the plugin returned nothing for this record; return a RecordError for what cannot be judged",
      1,
    );
    expect(await caller.call(recordsOf("abcd"))).toEqual(["A", failure, failure, "D"]);
  });

  it.each([
    "MGP_LOG_FULL",
    "MGP_LOG_CORRUPT",
    "MGP_TASK_FENCED",
    "MGP_CONFIG_INVALID",
    "MGP_PLUGIN_SETUP",
  ] as const)("rejects with %s instead of blaming records for it", async (code) => {
    const { calls, phase } = observed(failingOn("b", new MagpieError(code, "not the record's fault")));
    const call = createBatchCaller(phase, options, deps).call(recordsOf("abcd"));
    await expect(call).rejects.toEqual(new MagpieError(code, "not the record's fault"));
    expect(calls).toEqual(["abcd"]);
  });

  it("ends with its stage: aborts the call under way, rejects, and calls no more", async () => {
    const stage = new AbortController();
    const signals: AbortSignal[] = [];
    const { calls, phase } = observed((_, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const caller = createBatchCaller(
      phase,
      { ...options, concurrency: 1 },
      { ...deps, signal: stage.signal },
    );
    const call = caller.call(recordsOf("abcdefgh"));
    await setImmediate();
    stage.abort(new Error("the stage is closed"));
    await expect(call).rejects.toEqual(new Error("the stage is closed"));
    await setImmediate();
    expect([calls, signals.map(({ aborted }) => aborted)]).toEqual([["abcd"], [true]]);
  });

  it("stops waiting for the next try when its stage ends", async () => {
    const stage = new AbortController();
    const busy = Object.assign(new Error("busy"), { retriable: true, retryAfterMs: 1_000_000 });
    const onRetry = () => stage.abort(new Error("the stage is closed"));
    const caller = createBatchCaller(failingOn("a", busy), options, {
      ...deps,
      signal: stage.signal,
      onRetry,
    });
    await expect(caller.call(recordsOf("a"))).rejects.toEqual(new Error("the stage is closed"));
  });

  it("warns of no leak with many calls under way", async () => {
    const warnings: Error[] = [];
    const collect = (warning: Error) => warnings.push(warning);
    process.on("warning", collect);
    const phase: PurePhase<string> = async (batch) => {
      await setImmediate();
      return batch.map(({ id }) => id);
    };
    const caller = createBatchCaller(
      phase,
      { ...options, batch: 1, concurrency: 64 },
      { ...deps, signal: new AbortController().signal },
    );
    const ids = "x".repeat(64);
    expect(await caller.call(recordsOf(ids))).toEqual([...ids]);
    await setImmediate();
    process.off("warning", collect);
    expect(warnings).toEqual([]);
  });

  it("fails exactly the records that cannot be judged, whatever batches they are in", async () => {
    const scenario = fc.record({
      good: fc.array(fc.boolean(), { maxLength: 60 }),
      batch: fc.integer({ min: 1, max: 16 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      synchronous: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ good, batch, concurrency, synchronous }) => {
        const judge = (records: readonly MagpieRecord[]) => {
          for (const { id } of records) if (!good[Number(id)]) throw new Error(`cannot judge ${id}`);
          return records.map(({ id }) => id);
        };
        const phase: PurePhase<string> = synchronous ? judge : async (records) => judge(records);
        const caller = createBatchCaller(phase, { ...options, batch, concurrency }, deps);
        const results = await caller.call(good.map((_, id) => record(String(id))));
        expect(results.map((result) => (result instanceof CallFailure ? result.message : result))).toEqual(
          good.map((isGood, id) => (isGood ? String(id) : `Error: cannot judge ${id}`)),
        );
      }),
    );
  });
});

function refuseOn(poison: string, batch: readonly MagpieRecord[]): readonly string[] {
  if (idsOf(batch).includes(poison)) throw new TypeError(`no ${poison}`);
  return batch.map(({ id }) => id.toUpperCase());
}
