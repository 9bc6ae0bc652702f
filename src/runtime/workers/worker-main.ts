/**
 * Entry of a worker thread: loads the plugin by its origin, sets it up and serves its pure phase, one call at a time, until
 * it is told to close.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../core/errors.ts";
import type { ModulePlugin, PurePhase } from "../../core/plugin.ts";
import type { PluginOrigin } from "../../core/stage.ts";
import type { WorkerReply, WorkerRequest, WorkerSpec } from "./protocol.ts";
import { toWireError } from "./wire-error.ts";
import { toWireResults } from "./wire-results.ts";
import { createWorkerContext } from "./worker-context.ts";

interface Served {
  readonly phase: PurePhase<unknown>;
  close(): Promise<void>;
}

interface PluginLoader {
  loadPlugin(origin: PluginOrigin): Promise<ModulePlugin>;
}

const port = parentPort;
if (port === null) throw new Error("worker-main runs in a worker thread only");
await serve(port, workerData as WorkerSpec);

async function serve(port: MessagePort, spec: WorkerSpec): Promise<void> {
  const closing = new AbortController();
  let served: Served;
  try {
    served = await setUp(spec, port, closing.signal);
  } catch (error) {
    reply(port, { kind: "failed", error: toWireError(error) });
    port.close();
    return;
  }
  port.on("message", async (request: WorkerRequest) => {
    if (request.kind === "call") {
      await answer(port, served.phase, request, closing.signal);
      return;
    }
    closing.abort();
    try {
      await served.close();
    } catch (error) {
      const message = `stage ${spec.stage}: the plugin could not be closed: ${messageOf(error)}`;
      reply(port, { kind: "log", level: "error", message, fields: undefined });
    }
    // What the plugin left running ends with its thread.
    process.exit(0);
  });
  reply(port, { kind: "ready" });
}

async function setUp(spec: WorkerSpec, port: MessagePort, signal: AbortSignal): Promise<Served> {
  const loader: PluginLoader = await import(spec.loader);
  const plugin = await loader.loadPlugin(spec.origin);
  const context = createWorkerContext(spec, port, signal);
  switch (plugin.kind) {
    case "transform": {
      const instance = await plugin.setup(spec.config, context);
      return { phase: (batch, s) => instance.apply(batch, s), close: async () => instance.close?.() };
    }
    case "filter": {
      const instance = await plugin.setup(spec.config, context);
      return { phase: (batch, s) => instance.measure(batch, s), close: async () => instance.close?.() };
    }
    case "stateful": {
      const instance = await plugin.setup(spec.config, context);
      return { phase: (batch, s) => instance.prepare(batch, s), close: async () => instance.close?.() };
    }
  }
}

async function answer(
  port: MessagePort,
  phase: PurePhase<unknown>,
  { batch }: Extract<WorkerRequest, { kind: "call" }>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const results = toWireResults(await phase(batch, signal), batch);
    // Inside the try: results that cannot be cloned, such as functions, are the plugin's error.
    reply(port, { kind: "results", results }, [results.buffer]);
  } catch (error) {
    reply(port, { kind: "threw", error: toWireError(error) });
  }
}

function reply(port: MessagePort, message: WorkerReply, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
