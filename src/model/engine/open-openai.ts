import { MagpieError } from "../../core/errors.ts";
import type { Completion, CompletionRequest } from "../../core/model.ts";
import { elapsedMs } from "./elapsed-ms.ts";
import { Endpoint } from "./endpoint.ts";
import { EndpointError } from "./endpoint-error.ts";
import { Endpoints, type RetryPolicy } from "./endpoints.ts";
import type { Engine } from "./engine.ts";

export interface OpenAiOptions extends RetryPolicy {
  readonly baseUrls: readonly string[];
  /** As the servers name the model; without it, the only one they have. */
  readonly name: string | undefined;
  readonly apiKey: string | undefined;
  /** Milliseconds a request may take. */
  readonly timeoutMs: number;
}

/**
 * A model behind the *completions* interface of one or several servers: vLLM, SGLang, llama.cpp. Prompts go as token ids where
 * the servers tell them, so that none is added; elsewhere as text with `add_special_tokens: false`.
 *
 * Every completion is a request of its own: servers count the tokens of the first alone when asked for several at once.
 * Throws MGP_MODEL_UNAVAILABLE, MGP_MODEL_UNAUTHORIZED and MGP_MODEL_NOT_FOUND.
 */
export async function openOpenAi(options: OpenAiOptions): Promise<Engine> {
  const { baseUrls, apiKey, timeoutMs } = options;
  const now = () => options.now();
  const all = baseUrls.map((baseUrl) => new Endpoint({ baseUrl, apiKey, timeoutMs, now }));
  const endpoints = new Endpoints(all, options);
  const names = await endpoints.ask((endpoint) => endpoint.models());
  const model = nameOf(options, names);
  const prompts = new Map<string, Promise<string | readonly number[]>>();

  // Each server is asked itself: the failure of one is not another's.
  const promptAt = (endpoint: Endpoint, text: string): Promise<string | readonly number[]> => {
    const key = `${endpoint.url} ${text}`;
    let prompt = prompts.get(key);
    if (prompt === undefined) {
      prompt = endpoint.tokenize(model, text).then((ids) => ids ?? text);
      // A sampler has a handful of prompts, a stage that answers as many as records: the latest are enough.
      if (prompts.size >= 64) prompts.delete(prompts.keys().next().value!);
      prompts.set(key, prompt);
      prompt.catch(() => prompts.delete(key));
    }
    return prompt;
  };

  return {
    model,
    complete: (request, signal) =>
      Promise.all(
        request.seeds.map((seed) =>
          endpoints.ask(
            async (endpoint) => {
              const prompt = await promptAt(endpoint, request.prompt);
              const body = bodyOf(model, prompt, seed, request);
              const startedAt = options.now();
              const completion = completionOf(await endpoint.complete(body, signal), seed, endpoint.url);
              return { ...completion, modelMs: elapsedMs(startedAt, options.now()) };
            },
            { signal, tokens: ({ completionTokens }) => completionTokens },
          ),
        ),
      ),
    close: () => Promise.resolve(),
  };
}

function nameOf({ name, baseUrls }: OpenAiOptions, names: readonly string[]): string {
  if (name !== undefined && names.includes(name)) return name;
  if (name === undefined && names.length === 1) return names[0]!;
  const asked = name === undefined ? "no model is named" : `there is no model ${JSON.stringify(name)}`;
  throw new MagpieError(
    "MGP_MODEL_NOT_FOUND",
    `${asked} for ${baseUrls[0]}, which has ${names.map((each) => JSON.stringify(each)).join(", ") || "none"}; set \`name\` to one of them`,
  );
}

function bodyOf(
  model: string,
  prompt: string | readonly number[],
  seed: number,
  request: CompletionRequest,
): object {
  return {
    model,
    prompt,
    seed,
    n: 1,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    // Off; llama.cpp has both on when they are not said. -1, because vLLM and SGLang take 0 for a mistake.
    top_k: request.temperature === 0 ? 1 : -1,
    min_p: 0,
    add_special_tokens: false,
    ...(request.stop.length === 0 ? {} : { stop: request.stop }),
    ...(request.stopIds.length === 0 ? {} : { stop_token_ids: request.stopIds }),
    ...(request.banned.length === 0
      ? {}
      : { logit_bias: Object.fromEntries(request.banned.map((id) => [id, -100])) }),
  };
}

interface Answer {
  readonly choices?: readonly { readonly text?: unknown; readonly finish_reason?: unknown }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
}

function completionOf(answer: unknown, seed: number, url: string): Completion {
  const { choices, usage } = (answer ?? {}) as Answer;
  const choice = choices?.[0];
  const lacks = (what: string) =>
    new EndpointError("MGP_MODEL_ANSWER", `${url} gave a completion without ${what}`, { cause: undefined });
  if (typeof choice?.text !== "string") throw lacks("text");
  if (choice.finish_reason !== "stop" && choice.finish_reason !== "length") throw lacks("a finish_reason");
  if (!isCount(usage?.prompt_tokens) || !isCount(usage.completion_tokens)) throw lacks("usage");
  return {
    text: choice.text,
    seed,
    finishReason: choice.finish_reason,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
