import { access } from "node:fs/promises";
import { basename } from "node:path";
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { MagpieError, messageOf } from "../../core/errors.ts";
import type { Completion, CompletionRequest } from "../../core/model.ts";
import { elapsedMs } from "./elapsed-ms.ts";
import type { Engine } from "./engine.ts";
import { firstStop } from "./first-stop.ts";
import { loadNodeLlamaCpp } from "./load-node-llama-cpp.ts";
import { Slots } from "./slots.ts";

export interface InProcessOptions {
  /** Path of the GGUF file. */
  readonly file: string;
  /** Completions worked on at once; they share each step of the model. */
  readonly sequences: number;
  /** Tokens of prompt and completion together. */
  readonly contextTokens: number;
  readonly threads: number;
  /** Milliseconds since any time: completions say how long they took. Without it they do not. */
  readonly now?: () => number;
}

/**
 * A GGUF model in this process, on the CPU. Throws MGP_MODEL_NOT_FOUND, MGP_MODEL_DAMAGED and MGP_MODEL_ENGINE_MISSING.
 */
export async function openInProcess(options: InProcessOptions): Promise<Engine> {
  const { file } = options;
  await access(file).catch((cause: unknown) => {
    throw new MagpieError("MGP_MODEL_NOT_FOUND", `there is no model ${file}: ${messageOf(cause)}`, { cause });
  });
  const { getLlama, LlamaLogLevel, TokenBias } = await loadNodeLlamaCpp();
  const llama = await getLlama({
    gpu: false,
    // A missing binary shall be an error with a command to run, not a compiler at work.
    build: "never",
    skipDownload: true,
    maxThreads: options.threads,
    logLevel: LlamaLogLevel.disabled,
  }).catch((cause: unknown) => {
    const message = `node-llama-cpp has no CPU backend for this machine: ${messageOf(cause)}`;
    throw new MagpieError("MGP_MODEL_ENGINE_MISSING", message, { cause });
  });
  let model: LlamaModel;
  try {
    model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
  } catch (cause) {
    await llama.dispose();
    throw new MagpieError(
      "MGP_MODEL_DAMAGED",
      `${file} cannot be loaded: cut short, damaged, or of a kind that this version of node-llama-cpp does not know (${messageOf(cause)})`,
      { cause },
    );
  }
  const context = await model.createContext({
    sequences: options.sequences,
    contextSize: options.contextTokens,
    threads: options.threads,
  });
  const never = (ids: readonly number[]) => {
    const bias = TokenBias.for(model);
    for (const id of ids) bias.set(id as Token, "never");
    return bias;
  };
  const engine = new InProcess(model, context, never, options.now);
  return {
    model: basename(file).replace(/\.gguf$/i, ""),
    complete: (request, signal) => engine.complete(request, signal),
    async close() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}

class InProcess {
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #never: (ids: readonly number[]) => InstanceType<typeof import("node-llama-cpp").TokenBias>;
  readonly #slots: Slots<LlamaContextSequence>;
  readonly #now: (() => number) | undefined;

  constructor(
    model: LlamaModel,
    context: LlamaContext,
    never: (ids: readonly number[]) => InstanceType<typeof import("node-llama-cpp").TokenBias>,
    now: (() => number) | undefined,
  ) {
    this.#now = now;
    this.#model = model;
    this.#context = context;
    this.#never = never;
    this.#slots = new Slots(Array.from({ length: context.totalSequences }, () => context.getSequence()));
  }

  complete(request: CompletionRequest, signal?: AbortSignal): Promise<readonly Completion[]> {
    const prompt = this.#model.tokenize(request.prompt, true);
    const most = this.#context.contextSize;
    if (prompt.length + request.maxTokens > most)
      return Promise.reject(
        new MagpieError(
          "MGP_MODEL_CONTEXT",
          `a prompt of ${prompt.length} tokens and maxTokens ${request.maxTokens} do not fit a context of ${most}; lower maxTokens or raise contextTokens`,
        ),
      );
    return Promise.all(
      request.seeds.map((seed) =>
        this.#slots.use((sequence) => this.#generate(sequence, prompt, seed, request, signal), signal),
      ),
    );
  }

  async #generate(
    sequence: LlamaContextSequence,
    prompt: readonly Token[],
    seed: number,
    request: CompletionRequest,
    signal: AbortSignal | undefined,
  ): Promise<Completion> {
    signal?.throwIfAborted();
    const startedAt = this.#now?.();
    // What is left of an earlier prompt that begins alike is kept: a sampler asks with the same one again and again.
    await sequence.adaptStateToTokens([...prompt.slice(0, -1)], false);
    const tokens: Token[] = [];
    const end = (finishReason: Completion["finishReason"], text = this.#model.detokenize(tokens)) => ({
      text,
      seed,
      finishReason,
      promptTokens: prompt.length,
      completionTokens: tokens.length,
      ...(startedAt === undefined ? {} : { modelMs: elapsedMs(startedAt, this.#now!()) }),
    });
    const steps = sequence.evaluate(prompt.slice(sequence.nextTokenIndex), {
      temperature: request.temperature,
      topP: request.topP,
      topK: 0,
      minP: 0,
      seed,
      yieldEogToken: true,
      ...(request.banned.length === 0 ? {} : { tokenBias: this.#never(request.banned) }),
    });
    for await (const token of steps) {
      signal?.throwIfAborted();
      if (this.#model.isEogToken(token) || request.stopIds.includes(token)) return end("stop");
      tokens.push(token);
      if (this.#endsInStop(tokens, request.stop)) {
        const text = this.#model.detokenize(tokens);
        return end("stop", text.slice(0, firstStop(text, request.stop)));
      }
      if (tokens.length === request.maxTokens) return end("length");
    }
    throw new MagpieError(
      "MGP_MODEL_ANSWER",
      `the model in this process stopped after ${tokens.length} tokens`,
    );
  }

  /** Looks at the last tokens only: a stop is seen as soon as it is complete, and a token holds a character or a part of one. */
  #endsInStop(tokens: readonly Token[], stops: readonly string[]): boolean {
    if (stops.length === 0) return false;
    const longest = Math.max(...stops.map((stop) => Buffer.byteLength(stop)));
    const tail = tokens.slice(-longest);
    return firstStop(this.#model.detokenize(tail, false, tokens.slice(0, -longest)), stops) !== undefined;
  }
}
