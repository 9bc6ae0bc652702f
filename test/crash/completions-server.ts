import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { hungUp } from "./hung-up.ts";

/** A server of completions whose texts depend on the request alone, and which counts them. */
export class CompletionsServer {
  readonly #answerMs: number;
  /** Body of a request → how often it was asked. */
  readonly asked = new Map<string, number>();
  #open = 0;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Requests that are not answered yet. */
  get open(): number {
    return this.#open;
  }

  get calls(): number {
    return [...this.asked.values()].reduce((sum, calls) => sum + calls, 0);
  }

  /** Resolves when nobody is connected: what a killed process had sent has arrived and is counted. */
  hungUp(): Promise<void> {
    return hungUp(this.#server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/v1/models")
      return json(response, 200, { data: [{ id: "small", object: "model" }] });
    if (request.url !== "/v1/completions") return json(response, 404, { error: { message: "no such path" } });
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    this.asked.set(body, (this.asked.get(body) ?? 0) + 1);
    this.#open++;
    response.once("close", () => this.#open--);
    await setTimeout(this.#answerMs);
    const { prompt, seed } = JSON.parse(body) as { prompt: string; seed: number };
    const text = isInstruction(prompt) ? `What comes after the number ${seed}?` : "The next number comes.";
    json(response, 200, {
      choices: [{ text, finish_reason: "stop" }],
      usage: { prompt_tokens: prompt.length, completion_tokens: text.length },
    });
  }
}

/** Whether an instruction shall come next, not an answer. */
export function isInstruction(prompt: string): boolean {
  return prompt.endsWith("<user>");
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
