import type { MessagePort } from "node:worker_threads";
import { MagpieError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Context, Logger } from "../../core/plugin.ts";
import { recordRandom } from "../seeded-random.ts";
import type { WorkerReply, WorkerSpec } from "./protocol.ts";

/**
 * The context of a plugin in a worker thread. `once` refuses, because paid answers are journaled by the owner of the log alone, and
 * so does `model`, because an engine is there once.
 */
export function createWorkerContext(spec: WorkerSpec, port: MessagePort, signal: AbortSignal): Context {
  const refuse = (what: string) => async (): Promise<never> => {
    throw new MagpieError(
      "MGP_CONFIG_INVALID",
      `stage ${spec.stage} ${what}, which a worker thread cannot; set workers: 0 and use concurrency instead`,
    );
  };
  return {
    logger: portLogger(port),
    signal,
    cacheDir: spec.cacheDir,
    random: recordRandom(spec.plan, spec.stage),
    once: refuse("journals paid answers (context.once)"),
    model: refuse("asks a model (context.model)"),
  };
}

function portLogger(port: MessagePort): Logger {
  const at = (level: keyof Logger) => (message: string, fields?: JsonObject) =>
    port.postMessage({ kind: "log", level, message, fields } satisfies WorkerReply);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
