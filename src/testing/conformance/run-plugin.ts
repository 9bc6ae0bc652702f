import { canonicalJson, type Json, type JsonObject } from "../../core/json.ts";
import {
  type Context,
  type ExternalPlugin,
  isExternal,
  type Judgement,
  type Plugin,
} from "../../core/plugin.ts";
import type { At } from "../../core/position.ts";
import type { MagpieRecord, Measures } from "../../core/record.ts";
import { isRecordError } from "../../core/record-error.ts";
import { silentLogger } from "../../core/silent-logger.ts";
import { defaultStageOptions } from "../../core/stage-options.ts";
import type { Verdict } from "../../core/verdict.ts";
import { ExecProcess } from "../../exec/exec-process.ts";
import { deepFreeze } from "../deep-freeze.ts";
import { MemoryState } from "../memory-state.ts";

/** What a plugin made of one record. */
export type Outcome =
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "record"; readonly record: MagpieRecord }
  | {
      readonly kind: "judged";
      readonly measures: Measures;
      readonly verdict: Verdict;
      readonly tags: { readonly [name: string]: Json };
      /** Of stateful plugins: whether `admit` changed the state. */
      readonly stateChanged?: boolean;
    };

/** An opened plugin, whose phases a check can call as it likes. */
export interface OpenPlugin {
  /** The raw results of the pure phase. */
  pure(batch: readonly MagpieRecord[]): Promise<readonly unknown[]>;
  /** The pure phase, then, for a stateful plugin, `admit` one by one; then what `decide` and `tag` say. */
  run(records: readonly MagpieRecord[], at: readonly At[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

const never = new AbortController().signal;

export async function openPlugin(plugin: Plugin, config: JsonObject, context: Context): Promise<OpenPlugin> {
  if (isExternal(plugin)) return openProgram(plugin, config);
  if (plugin.kind === "stateful") {
    const instance = await plugin.setup(config, context);
    const state = new MemoryState();
    await instance.restore?.(state);
    const pure = async (batch: readonly MagpieRecord[]) => instance.prepare(batch, never);
    return {
      pure,
      run: async (records, at) => {
        const outcomes: Outcome[] = [];
        for (const [i, prepared] of (await pure(records)).entries()) {
          if (isRecordError(prepared)) {
            outcomes.push({ kind: "error", code: prepared.code });
            continue;
          }
          const before = state.snapshot();
          const measures = deepFreeze(await instance.admit(prepared, records[i]!, at[i]!, state)) as Measures;
          const stateChanged = state.snapshot() !== before;
          outcomes.push({
            kind: "judged",
            measures,
            verdict: plugin.decide(measures, config),
            tags: {},
            stateChanged,
          });
        }
        return outcomes;
      },
      close: async () => instance.close?.(),
    };
  }
  if (plugin.kind === "filter") {
    const instance = await plugin.setup(config, context);
    const pure = async (batch: readonly MagpieRecord[]) => instance.measure(batch, never);
    return {
      pure,
      run: async (records) =>
        (await pure(records)).map((result): Outcome => {
          if (isRecordError(result)) return { kind: "error", code: result.code };
          const measures = deepFreeze(result) as Measures;
          const tags = plugin.tag?.(measures, config) ?? {};
          return { kind: "judged", measures, verdict: plugin.decide(measures, config), tags };
        }),
      close: async () => instance.close?.(),
    };
  }
  const instance = await plugin.setup(config, context);
  const pure = async (batch: readonly MagpieRecord[]) => instance.apply(batch, never);
  return {
    pure,
    run: async (records) =>
      (await pure(records)).map(
        (result): Outcome =>
          isRecordError(result) ? { kind: "error", code: result.code } : { kind: "record", record: result },
      ),
    close: async () => instance.close?.(),
  };
}

/** A program is started again when it ended, as the runtime does. */
async function openProgram(plugin: ExternalPlugin, config: JsonObject): Promise<OpenPlugin> {
  const { startTimeoutMs, timeoutMs, maxMemoryBytes } = defaultStageOptions;
  const { program } = plugin;
  const start = async () => {
    const started = await ExecProcess.start({
      program,
      startTimeoutMs,
      maxMemoryBytes,
      logger: silentLogger,
      signal: never,
    });
    await started.setUp(config, "test", startTimeoutMs);
    return started;
  };
  let process = await start();
  const pure = async (batch: readonly MagpieRecord[]) => {
    if (!process.alive) process = await start();
    return process.run(batch, AbortSignal.timeout(timeoutMs));
  };
  return {
    pure,
    run: async (records) =>
      (await pure(records)).map((result): Outcome => {
        if (isRecordError(result)) return { kind: "error", code: result.code };
        if (plugin.kind === "external-filter") return { kind: "judged", ...(result as Judgement) };
        return { kind: "record", record: result as MagpieRecord };
      }),
    close: () => process.close(),
  };
}

/** One result as text, so that two can be compared and shown; bytes as hex. */
export function resultText(result: unknown): string {
  if (result instanceof Uint8Array) return `bytes ${Buffer.from(result).toString("hex")}`;
  if (isRecordError(result)) return `error ${result.code}: ${result.message}`;
  try {
    return canonicalJson(result);
  } catch (error) {
    return `no JSON: ${String(error)}`;
  }
}
