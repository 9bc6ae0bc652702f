import { Worker } from "node:worker_threads";
import { MagpieError } from "../core/errors.ts";
import { fromWireError } from "../runtime/workers/wire-error.ts";
import type { Violation } from "../testing/conformance.ts";
import type { ConformanceMessage, ConformanceSpec } from "./conformance-thread.ts";

export interface CheckedPlugin {
  /** Such as `my-filter@1.0.0`. */
  readonly plugin: string;
  readonly violations: readonly Violation[];
  /** Whether every call came back; if not, what lies beside the plugin cannot be trusted to end either. */
  readonly ended: boolean;
}

/** Sources run as they are, the build has JavaScript beside this file. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./conformance-from-source.mjs" : "./conformance-thread.js",
  import.meta.url,
);

/** Milliseconds that loading may take, this package included. */
const loadingMs = 60_000;

/** How long a call is waited for: what is merely slow is timed, and told as slow. */
const patienceMs = (budgetMs: number) => Math.max(5_000, 2 * budgetMs);

/**
 * Holds a plugin to its contract in a thread of its own, which is ended when a call does not come back: nothing else stops a loop.
 * Rejects with what loading the plugin throws; with MGP_PLUGIN_CRASHED when the plugin ends the thread or never ends loading.
 */
export function checkPlugin(spec: ConformanceSpec): Promise<CheckedPlugin> {
  const thread = new Worker(entry, { workerData: { ...spec, env: { ...spec.env } } });
  let plugin: string | undefined;
  let call = "loading the plugin";
  let patience: NodeJS.Timeout;
  return new Promise<CheckedPlugin>((resolve, reject) => {
    const fail = (what: string) =>
      reject(new MagpieError("MGP_PLUGIN_CRASHED", `${spec.path}: ${call} ${what}`));
    const wait = (ms: number) => {
      clearTimeout(patience);
      patience = setTimeout(() => {
        const what = `did not come back within ${ms} ms`;
        if (plugin === undefined) fail(what);
        else resolve({ plugin, violations: [{ rule: "latency", message: `${call} ${what}` }], ended: false });
      }, ms);
    };
    wait(loadingMs);
    thread.on("message", (message: ConformanceMessage) => {
      wait(patienceMs(spec.budgetMs));
      if (message.kind === "loaded") plugin = message.plugin;
      if (message.kind === "call") call = message.call;
      if (message.kind === "failed") reject(fromWireError(message.error));
      if (message.kind === "checked")
        resolve({ plugin: plugin!, violations: message.violations, ended: true });
    });
    thread.on("error", (error) => fail(`ended the thread: ${error.message}`));
    // After "checked" or "failed" nobody listens any more.
    thread.on("exit", () => fail("ended the process"));
  }).finally(() => {
    clearTimeout(patience);
    return thread.terminate();
  });
}
