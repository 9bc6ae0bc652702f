import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import length from "../../../plugins/length/plugin.ts";
import { MagpieError } from "../../../src/core/errors.ts";
import type { Logger, Plugin } from "../../../src/core/plugin.ts";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { RecordError } from "../../../src/core/record-error.ts";
import type { PluginOrigin } from "../../../src/core/stage.ts";
import { defaultStageOptions } from "../../../src/core/stage-options.ts";
import { createBatchCaller } from "../../../src/runtime/batch-caller.ts";
import { CallFailure } from "../../../src/runtime/call-failure.ts";
import { seededRandom } from "../../../src/runtime/seeded-random.ts";
import type { Pool } from "../../../src/runtime/workers/pool.ts";
import { openWorkerPool } from "../../../src/runtime/workers/worker-pool.ts";
import filter from "./fixture-filter.ts";
import stateful from "./fixture-stateful.ts";
import transform from "./fixture-transform.ts";

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const signal = new AbortController().signal;

const record = (id: string, content: string): MagpieRecord => ({
  id,
  turns: [{ role: "user", content }],
  provenance: {},
  measures: {},
  tags: {},
  extra: {},
});

const builtin = (name: string): PluginOrigin => ({
  kind: "builtin",
  name,
  url: new URL(`./${name}.ts`, import.meta.url).href,
});

function open(
  plugin: Plugin,
  {
    name = "fixture-filter",
    config = {},
    workers = 1,
    timeoutMs = 30_000,
    logger = silent,
    origin = builtin(name),
  }: {
    readonly name?: string;
    readonly config?: { readonly [key: string]: string };
    readonly workers?: number;
    readonly timeoutMs?: number;
    readonly logger?: Logger;
    readonly origin?: PluginOrigin;
  } = {},
): Promise<Pool> {
  return openWorkerPool(
    { id: "fix", plugin, origin, config, options: { ...defaultStageOptions, workers, timeoutMs } },
    { loaderUrl: new URL("./fixture-loader.ts", import.meta.url), logger, plan: "plan", cacheDir: "cache" },
  );
}

const newFile = () => join(mkdtempSync(join(tmpdir(), "magpie-pool-")), "file.txt");

const thrownBy = async (call: Promise<unknown> | unknown): Promise<Error> => {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

/** A thread that runs from sources takes a while to start on a busy machine. */
const patience = { timeout: 30_000 };

describe("a worker pool", patience, () => {
  let pool: Pool;
  let onLooping = () => {};
  const info = (message: string) => {
    if (message === "looping") onLooping();
  };
  beforeAll(async () => {
    pool = await open(filter, { logger: { ...silent, info }, timeoutMs: 500 });
  });
  afterAll(() => pool.close());
  const measure = async (...instructions: readonly string[]) =>
    pool.phase(
      instructions.map((instruction, id) => record(String(id), instruction)),
      signal,
    );

  it("gives one result per record, RecordErrors among them", async () => {
    expect(await measure("a b c", "quarantine", "d")).toEqual([
      { words: 3 },
      new RecordError("TOO_ODD", "this record is odd"),
      { words: 1 },
    ]);
  });

  it("rejects with what the plugin threw, and what decides whether it is tried again", async () => {
    const error = await thrownBy(measure("throw"));
    expect({ ...error, name: error.name, message: error.message }).toEqual({
      name: "TypeError",
      message: "thrown on purpose",
      retriable: true,
      retryAfterMs: 70,
    });
  });

  it("keeps coded errors coded", async () => {
    const error = await thrownBy(measure("throw coded"));
    expect([error instanceof MagpieError, error]).toEqual([
      true,
      new MagpieError("MGP_LOG_FULL", "no space left"),
    ]);
  });

  it("rejects results that are no plain data", async () => {
    expect((await thrownBy(measure("function"))).name).toBe("DataCloneError");
  });

  it("refuses once, naming the stage and the way out", async () => {
    expect(await thrownBy(measure("once"))).toEqual(
      new MagpieError(
        "MGP_CONFIG_INVALID",
        "stage fix journals paid answers (context.once), which a worker thread cannot; set workers: 0 and use concurrency instead",
      ),
    );
  });

  it("gives the randomness a stage has outside of workers", async () => {
    expect(await measure("random")).toEqual([{ random: seededRandom("plan/fix/0")() }]);
  });

  it.each([
    ["exits", "exit", "A worker thread of stage fix ended: it exited with code 3"],
    ["fails outside of a call", "crash", "A worker thread of stage fix ended: thrown behind our back"],
  ])(
    "rejects in a way that may pass when a thread %s, and starts another",
    async (_, instruction, message) => {
      const error = await thrownBy(measure(instruction));
      const afterwards = await measure("a b");
      expect([error, (error as MagpieError).retriable, afterwards]).toEqual([
        new MagpieError("MGP_PLUGIN_CRASHED", message),
        true,
        [{ words: 2 }],
      ]);
    },
  );

  it("ends a thread that loops for ever when the call is aborted, and starts another", async () => {
    const stop = new AbortController();
    onLooping = () => stop.abort(new Error("took too long"));
    const looping = pool.phase([record("0", "loop")], stop.signal);
    const error = await thrownBy(looping);
    expect([error, await measure("a b")]).toEqual([new Error("took too long"), [{ words: 2 }]]);
  });

  it("serves a batch caller: of a batch with a record that never ends, only that record fails", async () => {
    const caller = createBatchCaller(pool.phase, { ...pool.options, retries: 0 }, { random: () => 0 });
    const results = await caller.call([record("0", "loop"), record("1", "a b")]);
    expect(results.map((result) => (result instanceof CallFailure ? result.code : result))).toEqual([
      "MGP_PLUGIN_TIMEOUT",
      { words: 2 },
    ]);
  });
});

describe("openWorkerPool", patience, () => {
  it("has as many threads as it is told, each with its own copy of the plugin", async () => {
    const pool = await open(filter, { workers: 2 });
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, id) => pool.phase([record(String(id), "thread")], signal)),
    );
    await pool.close();
    expect(new Set(results.flat().map((result) => (result as { readonly thread: number }).thread)).size).toBe(
      2,
    );
  });

  it("gives changed records anew and unchanged ones as they are", async () => {
    const pool = await open(transform, { name: "fixture-transform" });
    const batch = ["0", "1", "2"].map((id) => record(id, "text"));
    const results = await pool.phase(batch, signal);
    await pool.close();
    expect([results, results[1] === batch[1]]).toEqual([
      [record("0", "TEXT"), record("1", "text"), record("2", "TEXT")],
      true,
    ]);
  });

  it("brings bytes back without the memory behind them", async () => {
    const pool = await open(stateful, { name: "fixture-stateful" });
    const results = (await pool.phase(
      ["one", "two", ""].map((id) => record(id, "")),
      signal,
    )) as readonly Uint8Array[];
    await pool.close();
    expect([results.map((bytes) => new TextDecoder().decode(bytes)), results[0]!.buffer.byteLength]).toEqual([
      ["one", "two", ""],
      6,
    ]);
  });

  it("passes what the plugin logs on", async () => {
    const logged: unknown[] = [];
    const info: Logger["info"] = (...args) => logged.push(args);
    const pool = await open(filter, { logger: { ...silent, info } });
    await pool.close();
    expect(logged).toEqual([["set up", { cacheDir: "cache" }]]);
  });

  it("closes every plugin, its signal aborted before", async () => {
    const closeFile = newFile();
    const pool = await open(filter, { workers: 2, config: { closeFile } });
    await pool.close();
    expect(readFileSync(closeFile, "utf8")).toBe("closed true\nclosed true\n");
  });

  it("rejects the calls under way and those that wait when it closes", async () => {
    const pool = await open(filter);
    const underWay = thrownBy(pool.phase([record("0", "wait")], signal));
    const waiting = thrownBy(pool.phase([record("1", "a")], signal));
    await pool.close();
    const afterwards = thrownBy(pool.phase([record("2", "a")], signal));
    const errors = await Promise.all([underWay, waiting, afterwards]);
    expect(errors.map((error) => error.name)).toEqual(["AbortError", "AbortError", "AbortError"]);
  });

  it("throws when a set-up fails", async () => {
    expect(
      await thrownBy(open(filter, { config: { failIfExists: fileURLToPath(import.meta.url) }, workers: 2 })),
    ).toEqual(
      new MagpieError(
        "MGP_PLUGIN_SETUP",
        "stage fix (fixture@1.0.0) cannot be set up in a worker thread: set-up refused",
      ),
    );
  });

  it("rejects all calls when a thread that ended cannot be replaced", async () => {
    const failIfExists = newFile();
    const pool = await open(filter, { config: { failIfExists } });
    writeFileSync(failIfExists, "");
    const crash = await thrownBy(pool.phase([record("0", "exit")], signal));
    const waited = await thrownBy(pool.phase([record("1", "a")], signal));
    await pool.close();
    expect([(crash as MagpieError).code, waited]).toEqual([
      "MGP_PLUGIN_CRASHED",
      new MagpieError(
        "MGP_PLUGIN_SETUP",
        "stage fix (fixture@1.0.0) cannot be set up in a worker thread: set-up refused",
      ),
    ]);
  });

  it("imports plugins with the loader of the configuration", async () => {
    const pool = await openWorkerPool(
      {
        id: "len",
        plugin: length,
        origin: {
          kind: "builtin",
          name: "length",
          url: new URL("../../../plugins/length/plugin.ts", import.meta.url).href,
        },
        config: { field: "instruction", minWords: 1, maxWords: 0, minChars: 0, maxChars: 0 },
        options: { ...defaultStageOptions, workers: 1 },
      },
      {
        loaderUrl: new URL("../../../src/config/plugin-loader.ts", import.meta.url),
        logger: silent,
        plan: "plan",
        cacheDir: "cache",
      },
    );
    const results = await pool.phase([record("0", "a b c")], signal);
    await pool.close();
    expect(results).toEqual([{ words: 3, chars: 5 }]);
  });

  it("throws when the plugin was given as an object", async () => {
    expect(await thrownBy(open(filter, { origin: { kind: "value" }, workers: 2 }))).toEqual(
      new MagpieError(
        "MGP_CONFIG_INVALID",
        "stage fix asks for 2 workers, but its plugin was given as an object, which a worker thread cannot import; name it by built-in name, path or package, or set workers: 0",
      ),
    );
  });
});
