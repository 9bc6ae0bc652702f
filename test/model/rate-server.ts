import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RateServerOptions {
  /** Tokens a second that all requests share. */
  readonly tokensPerSecond: number;
  /** Tokens a second that one request gets at most. */
  readonly tokensPerSecondEach: number;
}

/** How completions are refused, each of them, while it lasts. */
export interface Storm {
  readonly status: number;
  readonly retryAfter?: string;
}

interface UnderWay {
  readonly seed: number;
  readonly response: ServerResponse;
  left: number;
}

/** Tokens of the completion for a seed: between 16 and 31. */
export const tokensOf = (seed: number) => 16 + (seed % 16);

/** An OpenAI-compatible server of the model `small` that generates at a fixed rate, by the clock and not by what this machine can do. */
export class RateServer {
  /** Seeds of completions, as often as each was given. */
  readonly answered: number[] = [];
  /** Milliseconds since 1970 at which each completion was refused. */
  readonly refusedAt: number[] = [];
  /** Seeds and how many were under way, as completions were begun. */
  readonly begun: { readonly seed: number; readonly inFlight: number }[] = [];
  storm: Storm | undefined;
  readonly #options: RateServerOptions;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #underWay: UnderWay[] = [];
  #workedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RateServerOptions) {
    this.#options = options;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/v1/models")
      return json(response, 200, { data: [{ id: "small", object: "model" }] });
    if (request.url !== "/v1/completions") return json(response, 404, { error: { message: "no such path" } });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { seed } = JSON.parse(Buffer.concat(chunks).toString()) as { seed: number };
    if (this.storm !== undefined) {
      const { status, retryAfter } = this.storm;
      this.refusedAt.push(Date.now());
      if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
      return json(response, status, { error: { message: "not now" } });
    }
    this.#work();
    this.#underWay.push({ seed, response, left: tokensOf(seed) });
    this.begun.push({ seed, inFlight: this.#underWay.length });
    response.on("close", () => {
      this.#work();
      this.#underWay = this.#underWay.filter((each) => each.response !== response);
      this.#wait();
    });
    this.#wait();
  }

  /** Tokens a millisecond of one request. */
  get #each(): number {
    const { tokensPerSecond, tokensPerSecondEach } = this.#options;
    return Math.min(tokensPerSecondEach, tokensPerSecond / this.#underWay.length) / 1000;
  }

  /** Generates what is due, answering on the way whatever ends, so that a timer that is late makes nothing slower. */
  #work(): void {
    const now = performance.now();
    while (this.#underWay.length > 0) {
      const each = this.#each;
      const next = this.#underWay.reduce((first, other) => (other.left < first.left ? other : first));
      const ms = Math.min(now - this.#workedAt, next.left / each);
      for (const request of this.#underWay) request.left -= ms * each;
      this.#workedAt += ms;
      if (next.left > 1e-6) break;
      this.#underWay.splice(this.#underWay.indexOf(next), 1);
      this.#answer(next);
    }
    this.#workedAt = now;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#underWay.length === 0) return;
    const least = Math.min(...this.#underWay.map(({ left }) => left));
    this.#timer = setTimeout(() => {
      this.#work();
      this.#wait();
    }, least / this.#each);
  }

  #answer({ seed, response }: UnderWay): void {
    this.answered.push(seed);
    json(response, 200, {
      choices: [{ text: `Text ${seed}`, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: tokensOf(seed) },
    });
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
