import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { smolLm2 } from "./real-model.ts";

export interface LlamaServer {
  /** Base URL of its OpenAI-compatible interface. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface LlamaServerOptions {
  /** Tokens of each slot. */
  readonly contextTokens: number;
  readonly slots: number;
  /** A free one by default. */
  readonly port?: number;
}

/** Starts llama.cpp's server, the one that MAGPIE_LLAMA_SERVER names, and waits until it has loaded the model. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const program = process.env["MAGPIE_LLAMA_SERVER"];
  if (program === undefined)
    throw new Error("set MAGPIE_LLAMA_SERVER to the path of llama.cpp's llama-server");
  const port = options.port ?? (await freePort());
  const { slots, contextTokens } = options;
  const args = ["-m", smolLm2(), "--alias", "smollm2", "--host", "127.0.0.1", "--port", String(port)];
  const sizes = ["-np", String(slots), "-c", String(slots * contextTokens), "-t", "1", "--cache-ram", "0"];
  const server = spawn(program, [...args, ...sizes, "--no-webui"], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}/v1`;
  try {
    await untilHealthy(server, `http://127.0.0.1:${port}/health`);
  } catch (error) {
    await stop(server);
    throw error;
  }
  return { url, stop: () => stop(server) };
}

async function untilHealthy(server: ChildProcess, health: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`llama-server ended with ${server.exitCode}`);
    const answer = await fetch(health).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error("llama-server was not ready after a minute");
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
