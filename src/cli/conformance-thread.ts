/** Entry of a thread that loads a plugin, holds it to its contract, and tells of every call before it is made. */
import { parentPort, workerData } from "node:worker_threads";
import { toWireError, type WireError } from "../runtime/workers/wire-error.ts";
import { checkConformance, type Violation } from "../testing/conformance.ts";
import type { CliDeps } from "./deps.ts";
import { loadPluginAt } from "./load-plugin.ts";

export interface ConformanceSpec {
  readonly path: string;
  readonly env: CliDeps["env"];
  readonly budgetMs: number;
}

export type ConformanceMessage =
  | { readonly kind: "loaded"; readonly plugin: string }
  | { readonly kind: "call"; readonly call: string }
  | { readonly kind: "checked"; readonly violations: readonly Violation[] }
  | { readonly kind: "failed"; readonly error: WireError };

const port = parentPort;
if (port === null) throw new Error("conformance-thread runs in a worker thread only");
const tell = (message: ConformanceMessage) => port.postMessage(message);
// Otherwise a thread that waits for what never comes would end, as if it were done.
setInterval(() => {}, 60_000);
const { path, env, budgetMs } = workerData as ConformanceSpec;
try {
  const plugin = await loadPluginAt(path, env);
  tell({ kind: "loaded", plugin: `${plugin.meta.name}@${plugin.meta.version}` });
  const onCall = (call: string) => tell({ kind: "call", call });
  tell({ kind: "checked", violations: await checkConformance(plugin, { budgetMs, onCall }) });
} catch (error) {
  tell({ kind: "failed", error: toWireError(error) });
}
// What a plugin left running ends with its thread.
process.exit(0);
