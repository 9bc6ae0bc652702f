import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { Plugin } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Log } from "../../src/log/log.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import {
  appendJson,
  minimum,
  once,
  pipelineOf,
  runUntilIdle,
  stageOf,
  transformWith,
  valuesOf,
} from "./support.ts";

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
});

afterEach(async () => {
  await sleep(20);
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  expect(unhandled).toEqual([]);
});

const texts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${i}`, instruction: `text ${i}` }));

const idsIn = async (log: Log, topic: string) =>
  (await valuesOf<MagpieRecord>(log, topic)).map(({ id }) => id);

/** A transform that tells when it is closed, and takes `ms` over it. */
function closing(
  work: (texts: readonly string[]) => Promise<void> | void,
  close: () => Promise<void> | void,
): Plugin {
  const plugin = transformWith(work);
  if (plugin.kind !== "transform") throw new TypeError("transformWith makes transforms");
  return {
    ...plugin,
    async setup(config, context) {
      return { ...(await plugin.setup(config, context)), close };
    },
  };
}

describe("a run that fails", () => {
  it("has closed the stages and given back the leases of every pipeline when it throws", async () => {
    const faults = new MemoryFaults();
    const log = createMemoryLog({ faults });
    await appendJson(log, "raw", texts(600));
    let closed = 0;
    const slow = closing(
      () => sleep(5),
      async () => {
        await sleep(20);
        closed++;
      },
    );
    const failing = pipelineOf([], { name: "q", to: "other" });
    faults.next("commit", "before", new MagpieError("MGP_LOG_FULL", "no space left"));
    await expect(runUntilIdle(log, [pipelineOf([stageOf(slow)]), failing])).rejects.toMatchObject({
      code: "MGP_LOG_FULL",
    });
    expect(closed).toBe(1);
    await runUntilIdle(log, [pipelineOf([stageOf(slow)]), failing]);
    expect((await idsIn(log, "curated")).length).toBe(600);
    expect((await idsIn(log, "other")).length).toBe(600);
  });

  it("closes every stage though one cannot be closed, and tells why it failed and not that", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(3));
    const closed: string[] = [];
    const told: string[] = [];
    const stages = ["a", "b", "c"].map((id) => {
      const plugin = closing(
        () => {
          if (id === "c") throw new MagpieError("MGP_LOG_FULL", "no space left");
        },
        () => {
          closed.push(id);
          if (id === "b") throw new Error("b cannot be closed");
        },
      );
      return stageOf(plugin, {}, {}, id);
    });
    const logger = { ...silentLogger, error: (message: string) => void told.push(message) };
    await expect(runUntilIdle(log, [pipelineOf(stages)], { logger })).rejects.toMatchObject({
      code: "MGP_LOG_FULL",
    });
    expect(closed).toEqual(["c", "b", "a"]);
    expect(told).toEqual(["stage b (upper@1.0.0) cannot be closed: b cannot be closed"]);
  });

  it("throws what onProgress throws, with nothing left open", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(600));
    const pipeline = pipelineOf([stageOf(once, { explodeOn: "" })]);
    const onProgress = () => {
      throw new Error("the terminal is gone");
    };
    await expect(runUntilIdle(log, [pipeline], { onProgress })).rejects.toThrow("the terminal is gone");
    await runUntilIdle(log, [pipeline]);
    expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  });

  it("leaves no timer behind that would keep the process alive", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const faults = new MemoryFaults();
    const log = createMemoryLog({ faults });
    await appendJson(log, "raw", texts(3));
    const hanging = transformWith(() => new Promise(() => {}));
    const retrying = transformWith(() => {
      throw Object.assign(new Error("busy"), { retriable: true, retryAfterMs: 60_000 });
    });
    const before = timers();
    await expect(
      runUntilIdle(log, [
        pipelineOf([stageOf(hanging, {}, { timeoutMs: 60_000 })]),
        pipelineOf([stageOf(retrying)], { name: "q", to: "other" }),
        pipelineOf([stageOf(minimum, { min: 1 }, { workers: 1 })], { name: "r", to: "last" }),
      ]),
    ).rejects.toMatchObject({ code: "MGP_CONFIG_INVALID" });
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it("tells that a stage cannot be set up, and closes those before it", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(3));
    const closed: string[] = [];
    const fine = closing(
      () => {},
      () => void closed.push("fine"),
    );
    const broken: Plugin = {
      ...minimum,
      setup: () => {
        throw new Error("no such model");
      },
    };
    const pipeline = pipelineOf([stageOf(fine), stageOf(broken)]);
    await expect(runUntilIdle(log, [pipeline])).rejects.toMatchObject({ code: "MGP_PLUGIN_SETUP" });
    expect(closed).toEqual(["fine"]);
    await runUntilIdle(log, [pipelineOf([])]);
  });

  it("does not touch a state that is closed, though admissions were under way", async () => {
    const path = await mkdtemp(join(tmpdir(), "magpie-life-"));
    try {
      const log = await openEmbeddedLog({ path, sync: "background", now: () => 0 });
      await appendJson(log, "raw", texts(300));
      let admitted = 0;
      const slow: Plugin = {
        ...once,
        async setup(config, context) {
          const instance = await once.setup(config as { explodeOn: string }, context);
          return {
            ...instance,
            async admit(prepared, record, at, state) {
              await sleep(1);
              admitted++;
              return instance.admit(prepared, record, at, state);
            },
          };
        },
      };
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 30);
      await expect(
        runUntilIdle(log, [pipelineOf([stageOf(slow, { explodeOn: "" })])], {
          stop: stop.signal,
          drainMs: 20,
        }),
      ).rejects.toMatchObject({ code: "MGP_DRAIN_TIMEOUT" });
      await log.close();
      const before = admitted;
      await sleep(20);
      expect(admitted - before).toBeLessThanOrEqual(1);
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  });
});

describe("a run that is stopped", () => {
  it("before it began reads nothing and opens nothing", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(3));
    let setUps = 0;
    const counted: Plugin = {
      ...minimum,
      setup: (config, context) => {
        setUps++;
        return minimum.setup(config as { min: number }, context);
      },
    };
    await runUntilIdle(log, [pipelineOf([stageOf(counted)])], {
      stop: AbortSignal.abort(),
      untilIdle: false,
    });
    expect([setUps, await log.checkpoints("p")]).toEqual([0, []]);
  });

  it("while it is idle, ends at once", async () => {
    const log = createMemoryLog();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    await runUntilIdle(log, [pipelineOf([])], { stop: stop.signal, untilIdle: false });
  });

  it("while a pipeline waits to open its task again, ends without waiting for that", async () => {
    const faults = new MemoryFaults();
    const log = createMemoryLog({ faults });
    await appendJson(log, "raw", texts(3));
    for (let i = 0; i < 40; i++)
      faults.next("read", "before", new MagpieError("MGP_LOG_UNAVAILABLE", "the log is away"));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    // Without jitter's luck: every wait is as long as it can be.
    await runUntilIdle(log, [pipelineOf([])], { stop: stop.signal, jitter: () => 0.999_999, drainMs: 20 });
    expect(await log.checkpoints("p")).toEqual([]);
  });

  it("may take any time to finish, also longer than a timer can be set to", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(3));
    const stop = new AbortController();
    const slow = transformWith(() => {
      stop.abort();
      return sleep(20);
    });
    await runUntilIdle(log, [pipelineOf([stageOf(slow)])], {
      stop: stop.signal,
      drainMs: Number.POSITIVE_INFINITY,
    });
    expect(await idsIn(log, "curated")).toEqual(["0", "1", "2"]);
  });
});

describe("until idle", () => {
  it("waits for the last of a chain, also through rejected topics and over several sources", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(700));
    await appendJson(log, "more", texts(700));
    const slow = transformWith(() => sleep(3));
    const first = pipelineOf([stageOf(slow, {}, { batch: 50 }), stageOf(minimum, { min: 7 })], {
      from: ["raw", "more"],
    });
    const second = pipelineOf([stageOf(minimum, { min: 1 })], {
      name: "q",
      from: ["p.rejected", "curated"],
      to: "all",
    });
    const third = pipelineOf([stageOf(once, { explodeOn: "" })], { name: "r", from: ["all"], to: "unique" });
    await runUntilIdle(log, [third, second, first]);
    const { pipelines } = await readLedger(log, [first, second, third], { digest: false });
    expect([pipelines["p"]!.received, pipelines["q"]!.curated, pipelines["r"]!.curated]).toEqual([
      1400, 1400, 700,
    ]);
    for (const pipeline of [first, second, third])
      expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  });

  it("ends when the only source does not exist", async () => {
    const log = createMemoryLog();
    await runUntilIdle(log, [pipelineOf([], { from: ["nowhere"] })]);
    expect(await log.checkpoints("p")).toEqual([]);
  });
});

describe("a window", () => {
  it.each([
    ["one record", { windowRecords: 1, windowBytes: 1_000_000 }],
    ["one byte", { windowRecords: 1_000, windowBytes: 1 }],
  ])("of %s lets everything through", async (_, limits) => {
    const log = createMemoryLog();
    await appendJson(log, "raw", [{ id: "big", instruction: "x", extra: "x".repeat(50_000) }, ...texts(5)]);
    const stages = [
      stageOf(transformWith(() => sleep(1))),
      stageOf(once, { explodeOn: "" }),
      stageOf(
        transformWith(() => sleep(1)),
        {},
        {},
        "after",
      ),
    ];
    await runUntilIdle(log, [pipelineOf(stages)], { limits });
    expect(await idsIn(log, "curated")).toEqual(["big", "0", "1", "2", "3", "4"]);
  });

  it("that is smaller than a commit does not wait for the commit's time to pass", async () => {
    const log = createMemoryLog();
    await appendJson(log, "raw", texts(120));
    const commit = { records: 1_000_000, bytes: 1_000_000_000, everyMs: 1_000 };
    for (const [name, limits] of [
      ["p", { windowRecords: 20, windowBytes: 1_000_000 }],
      ["q", { windowRecords: 1_000, windowBytes: 500 }],
    ] as const) {
      await runUntilIdle(log, [pipelineOf([], { name, to: `${name}.curated` })], { limits, commit });
      const checkpoints = await log.checkpoints(name);
      expect(checkpoints[0]!.commit).toBeGreaterThan(4);
    }
  });
});
