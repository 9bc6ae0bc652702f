import { Type } from "typebox";
import { type Destination, destinationPaths, readRoutes } from "../../src/config/check-routes.ts";
import { formatHolder } from "../../src/core/holder.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { outputTopics, type Pipeline } from "../../src/core/pipeline.ts";
import {
  type Context,
  defineFilter,
  defineStateful,
  defineTransform,
  type Plugin,
} from "../../src/core/plugin.ts";
import { parsePosition } from "../../src/core/position.ts";
import { closed } from "../../src/core/schema.ts";
import { silentLogger } from "../../src/core/silent-logger.ts";
import type { Stage } from "../../src/core/stage.ts";
import { defaultStageOptions, type StageOptions } from "../../src/core/stage-options.ts";
import { instructionOf } from "../../src/core/text.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import type { Commit, Log, StoredMessage } from "../../src/log/log.ts";
import { type RunOptions, runPipelines } from "../../src/runtime/run.ts";

const loaderUrl = new URL("../../src/config/plugin-loader.ts", import.meta.url);

/** A stage in code, options as given over the defaults. */
export function stageOf(
  plugin: Plugin,
  config: JsonObject = {},
  options: Partial<StageOptions> = {},
  id = plugin.meta.name,
): Stage {
  return { id, plugin, origin: { kind: "value" }, config, options: { ...defaultStageOptions, ...options } };
}

export function pipelineOf(
  stages: readonly Stage[],
  { to = "curated", ...over }: Partial<Omit<Pipeline, "to">> & { readonly to?: Destination } = {},
): Pipeline {
  const { routes } = readRoutes(to, destinationPaths(to, ["to"]));
  return { name: "p", from: ["raw"], to: routes, stages, ...over };
}

/** Runs pipelines until idle; small windows and commits, so that a few records already make several of each. */
export async function runUntilIdle(
  log: Log,
  pipelines: readonly Pipeline[],
  over: Partial<RunOptions> = {},
): Promise<void> {
  await runPipelines({
    log,
    pipelines,
    topics: {},
    limits: { windowBytes: 1_000_000, windowRecords: 2_000 },
    commit: { records: 300, bytes: 1_000_000, everyMs: 5 },
    untilIdle: true,
    stop: new AbortController().signal,
    drainMs: 10_000,
    logger: silentLogger,
    loaderUrl,
    cacheDir: "",
    now: () => 0,
    jitter: () => 0,
    ...over,
  });
}

export function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}

export async function appendJson(log: Log, topic: string, values: readonly unknown[]): Promise<void> {
  await log.append(
    topic,
    values.map((value) => ({ value: bytesOf(value), timestamp: 7 })),
  );
}

export async function messagesOf(log: Log, topic: string): Promise<readonly StoredMessage[]> {
  const messages: StoredMessage[] = [];
  if ((await log.topics.get(topic)) === undefined) return messages;
  for await (const message of log.scan(topic)) messages.push(message);
  return messages;
}

export async function valuesOf<T = Record<string, unknown>>(log: Log, topic: string): Promise<readonly T[]> {
  return (await messagesOf(log, topic)).map(
    (message) => JSON.parse(Buffer.from(message.value).toString()) as T,
  );
}

/** All a pipeline has written, in a form that two runs can be compared by. */
export async function outputsOf(log: Log, pipeline: Pipeline): Promise<Record<string, readonly string[]>> {
  const outputs: Record<string, readonly string[]> = {};
  for (const topic of outputTopics(pipeline))
    outputs[topic] = (await messagesOf(log, topic)).map(
      ({ position, key, value, headers }) =>
        `${position.partition}/${position.offset} ${key} ${JSON.stringify(headers)} ${Buffer.from(value).toString()}`,
    );
  return outputs;
}

/** A log whose commits are tampered with: what a bug of the runtime or of a log would do. */
export function tampered(log: Log, tamper: (commit: Commit) => Commit): Log {
  return new Proxy(log, {
    get(target, name) {
      if (name !== "open") return bound(target, name);
      return async (task: Parameters<Log["open"]>[0]) => {
        const taskLog = await target.open(task);
        return new Proxy(taskLog, {
          get: (open, key) =>
            key === "commit" ? (commit: Commit) => open.commit(tamper(commit)) : bound(open, key),
        });
      };
    },
  });
}

function bound(target: object, key: string | symbol): unknown {
  const value = Reflect.get(target, key);
  return typeof value === "function" ? value.bind(target) : value;
}

/** Drops instructions with fewer than `min` characters. */
export const minimum = defineFilter({
  meta: {
    name: "minimum",
    version: "1.0.0",
    stability: "stable",
    summary: "Drops short instructions.",
    config: closed({ min: Type.Integer({ default: 3, description: "Fewest characters." }) }),
    measures: closed({ chars: Type.Integer() }),
    reasons: { too_short: "The instruction has {observed} characters; at least {limit} are required." },
    examples: [],
  },
  decide: ({ chars }, { min }) =>
    chars >= min ? keep : drop({ code: "too_short", observed: chars, limit: min }),
  setup: () => ({
    measure: (batch) => batch.map((record) => ({ chars: (instructionOf(record) ?? "").length })),
  }),
});

/** Drops an instruction that was admitted before. `explodeOn` makes `admit` throw after it wrote to the state. */
export const once = defineStateful({
  meta: {
    name: "once",
    version: "1.0.0",
    stability: "stable",
    summary: "Drops repeated instructions.",
    config: closed({
      explodeOn: Type.String({ default: "", description: "Instruction that makes admit throw." }),
    }),
    measures: closed({ holder: Type.String() }),
    reasons: { repeated: "The instruction repeats that of {ref}." },
    examples: [],
  },
  fingerprint: () => "instruction",
  decide: ({ holder }) => (holder === "" ? keep : drop({ code: "repeated", ref: holder })),
  setup: ({ explodeOn }) => ({
    prepare: (batch) => batch.map((record) => Buffer.from(instructionOf(record) ?? "")),
    admit(prepared, record, at, state) {
      const held = state.get(prepared);
      const holder = held === undefined ? "" : Buffer.from(held).toString();
      if (holder === "" || holder.startsWith(`${at.original} `))
        state.put(prepared, Buffer.from(formatHolder(parsePosition(at.original)!, record.id)));
      if (explodeOn !== "" && instructionOf(record) === explodeOn) throw new Error("boom");
      return { holder: holder.startsWith(`${at.original} `) ? "" : holder };
    },
  }),
});

/** Upper-cases instructions after `delayMs(record)`, through whatever the test does with them first. */
export function transformWith(
  work: (texts: readonly string[], context: Context) => Promise<void> | void,
): Plugin {
  return defineTransform({
    meta: {
      name: "upper",
      version: "1.0.0",
      stability: "stable",
      summary: "Upper-cases.",
      config: closed({}),
      examples: [],
    },
    setup: (_config, context) => ({
      async apply(batch) {
        await work(
          batch.map((record) => instructionOf(record) ?? ""),
          context,
        );
        return batch.map((record) => ({
          ...record,
          turns: record.turns.map((turn) => ({ ...turn, content: turn.content.toUpperCase() })),
        }));
      },
    }),
  });
}
