import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { canonicalJson } from "../../src/core/json.ts";
import type { AnswerKey } from "../../src/core/plugin.ts";
import { hungUp } from "./hung-up.ts";

export interface RemoteOptions {
  /** Milliseconds every batch of scores takes. */
  readonly scoreMs: number;
  /** Milliseconds every paid answer takes. */
  readonly answerMs: number;
}

/** One question that was asked, with what it cost. */
export interface Asked {
  readonly key: AnswerKey;
  /** Calls that arrived, those refused with an error included. */
  calls: number;
  refused: number;
  /** When those arrived that were not refused, in milliseconds since 1970. */
  readonly paidAt: number[];
}

/**
 * The services the local plugins call: a scorer, and a grader whose every call is counted by key. What they answer depends
 * on the text alone. One key in 64 is refused with a 503 the first time it is asked.
 */
export class RemoteServer {
  readonly #options: RemoteOptions;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  readonly asked = new Map<string, Asked>();
  #open = 0;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Calls that arrived and are not answered yet: work in flight at whoever made them. */
  get open(): number {
    return this.#open;
  }

  /** Forgets what was asked. */
  reset(): void {
    this.asked.clear();
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
    this.#open++;
    response.once("close", () => this.#open--);
    const body = await bodyOf(request);
    if (request.url === "/score") {
      await setTimeout(this.#options.scoreMs);
      response.end(JSON.stringify((JSON.parse(body) as readonly string[]).map(share)));
      return;
    }
    const question = this.#count(JSON.parse(body) as AnswerKey);
    await setTimeout(this.#options.answerMs);
    if (question.refuse) response.writeHead(503).end();
    else response.end(JSON.stringify(share(question.name)));
  }

  #count(key: AnswerKey): { readonly name: string; readonly refuse: boolean } {
    const name = canonicalJson(key);
    const asked = this.asked.get(name) ?? { key, calls: 0, refused: 0, paidAt: [] };
    this.asked.set(name, asked);
    asked.calls++;
    const refuse = asked.refused === 0 && share(`refuse ${name}`) < 1 / 64;
    if (refuse) asked.refused++;
    else asked.paidAt.push(Date.now());
    return { name, refuse };
  }
}

/** A number in [0, 1) that depends on the text alone. */
function share(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
