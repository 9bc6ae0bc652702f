import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";
import { MagpieError, messageOf } from "../../core/errors.ts";
import { EndpointError } from "./endpoint-error.ts";

export interface EndpointOptions {
  /** Such as `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** Milliseconds a request may take, its whole answer included. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  now(): number;
}

/** One OpenAI-compatible server. Whatever goes wrong is an {@link EndpointError} that names it. */
export class Endpoint {
  readonly url: string;
  readonly #client: OpenAI;
  readonly #now: () => number;

  constructor({ baseUrl, apiKey, timeoutMs, now }: EndpointOptions) {
    this.#now = now;
    this.url = baseUrl.replace(/\/+$/, "");
    this.#client = new OpenAI({
      baseURL: this.url,
      // Servers of one's own want none; the client demands one.
      apiKey: apiKey ?? "none",
      timeout: timeoutMs,
      // Tried again at another endpoint, where there is one: see Endpoints.
      maxRetries: 0,
      fetch: fetchWhole,
      organization: null,
      project: null,
    });
  }

  /** Names of the models that the server has. */
  async models(signal?: AbortSignal): Promise<readonly string[]> {
    return this.#call(signal, async (options) =>
      (await this.#client.models.list(options)).data.map(({ id }) => id),
    );
  }

  /**
   * Token ids of a text, special tokens read as such and none added, as llama.cpp and vLLM give them beside the standard
   * interface. Undefined when this server does not.
   */
  async tokenize(model: string, text: string, signal?: AbortSignal): Promise<readonly number[] | undefined> {
    const body = {
      model,
      prompt: text,
      add_special_tokens: false,
      content: text,
      add_special: false,
      parse_special: true,
    };
    try {
      const { tokens } = await this.#call(signal, (options) =>
        this.#client.post<{ tokens?: unknown }>(`${this.url.replace(/\/v1$/, "")}/tokenize`, {
          body,
          ...options,
        }),
      );
      return Array.isArray(tokens) && tokens.every(Number.isSafeInteger) ? tokens : undefined;
    } catch (error) {
      if (error instanceof EndpointError && error.code === "MGP_MODEL_REFUSED") return undefined;
      throw error;
    }
  }

  /** Posts a body to `/completions` and gives back whatever JSON comes. */
  complete(body: object, signal?: AbortSignal): Promise<unknown> {
    return this.#call(signal, (options) => this.#client.post<unknown>("/completions", { body, ...options }));
  }

  async #call<T>(
    signal: AbortSignal | undefined,
    ask: (options: { readonly signal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      return await ask(signal === undefined ? {} : { signal });
    } catch (error) {
      if (error instanceof APIUserAbortError) signal?.throwIfAborted();
      throw this.#explain(error);
    }
  }

  #explain(cause: unknown): unknown {
    if (cause instanceof APIConnectionTimeoutError)
      return new EndpointError("MGP_MODEL_UNAVAILABLE", `${this.url} did not answer in time`, { cause });
    if (cause instanceof APIConnectionError) {
      const inner = rootOf(cause);
      if (inner instanceof MagpieError)
        return new EndpointError(inner.code, `${this.url} ${inner.message}`, { cause });
      return new EndpointError(
        "MGP_MODEL_UNAVAILABLE",
        `${this.url} cannot be reached: ${messageOf(inner)}`,
        {
          cause,
        },
      );
    }
    if (cause instanceof SyntaxError)
      return new EndpointError("MGP_MODEL_ANSWER", `${this.url} gave what is not JSON: ${cause.message}`, {
        cause,
      });
    if (!(cause instanceof APIError)) return cause;
    const status: number | undefined = cause.status;
    const says = `${this.url} answered ${cause.message}`;
    const rest = retryAfterMs(cause.headers, this.#now());
    if (status === 429) return new EndpointError("MGP_MODEL_BUSY", says, { cause }, rest);
    if (status === 401 || status === 403) return new EndpointError("MGP_MODEL_UNAUTHORIZED", says, { cause });
    if (status === undefined || status >= 500 || status === 408)
      return new EndpointError("MGP_MODEL_UNAVAILABLE", says, { cause }, rest);
    if (/context|too long|maximum.*(length|tokens)/i.test(cause.message))
      return new EndpointError("MGP_MODEL_CONTEXT", `${says}; lower maxTokens`, { cause });
    return new EndpointError("MGP_MODEL_REFUSED", says, { cause });
  }
}

/** The deepest cause: what the client and fetch wrap says little. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && !(error instanceof MagpieError) && error.cause !== undefined
    ? rootOf(error.cause)
    : error;
}

/**
 * Fetches the whole answer before giving any of it, so that the time limit holds for all of it, and refuses bytes that are
 * not UTF-8, which `Response` would replace without a word.
 */
async function fetchWhole(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const bytes = await response.arrayBuffer();
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MagpieError("MGP_MODEL_ANSWER", "gave bytes that are not UTF-8", { cause });
  }
  return new Response(bytes, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}

/** Seconds or, as proxies in front of servers like to give, a date. Undefined when it is neither. */
function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const value = headers?.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
