import { type Static, Type } from "typebox";
import { askModel } from "../../src/core/ask-model.ts";
import type { Message, Model } from "../../src/core/model.ts";
import { type Context, defineTransform } from "../../src/core/plugin.ts";
import type { MagpieRecord, Turn } from "../../src/core/record.ts";
import { RecordError } from "../../src/core/record-error.ts";
import { closed } from "../../src/core/schema.ts";
import { examples } from "./examples.ts";
import { splitThinking } from "./split-thinking.ts";

const Temperature = Type.Number({
  minimum: 0,
  maximum: 2,
  default: 0,
  description: "Of sampling; at 0, the likeliest token each time.",
});

const config = closed({
  model: Type.String({ minLength: 1, description: "The model's name under `models:`." }),
  temperature: Temperature,
  topP: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
    description: "Nucleus sampling threshold.",
  }),
  maxTokens: Type.Integer({
    minimum: 1,
    default: 1024,
    description: "Tokens of an answer. One that is cut off says so: `finishReason` is `length`.",
  }),
  system: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
    default: null,
    description: "Text of the system turn, in place of the model's own; it is not kept in the record.",
  }),
  turns: Type.Integer({
    minimum: 1,
    maximum: 16,
    default: 1,
    description:
      "Answers of a conversation. Beyond the first, the model writes the user's next turn too; one that is empty or cut off ends the conversation before it.",
  }),
  followUpSystem: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
    default:
      "You are a helpful AI assistant. The user will engage in a multi-round conversation with you, asking initial questions and following up with additional related questions. Your goal is to provide thorough, relevant and insightful responses to help the user with their queries.",
    description:
      "Text of the system turn while the model writes the user's next turn, so that small models do not forget whose turn it is; it is not kept in the record. null: the model's own.",
  }),
  candidates: Type.Integer({
    minimum: 0,
    maximum: 64,
    default: 0,
    description:
      "Further answers to the same question, as `candidates` of the record in place of a turn: what preferences are made of. 0: one answer, as a turn.",
  }),
});

type Config = Static<typeof config>;

export default defineTransform({
  meta: {
    name: "respond",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Has a model answer the user's last turn, in exactly the words of the model's own chat template.",
    slow: true,
    calls: { batch: 1, concurrency: 16, timeoutMs: 3_600_000, retries: 5 },
    config,
    examples,
  },
  check: ({ candidates, turns, temperature }) => [
    ...(candidates > 0 && turns > 1
      ? [{ path: ["candidates"], message: "candidates answer one question, and `turns` asks for several" }]
      : []),
    ...(candidates > 1 && temperature === 0
      ? [
          {
            path: ["candidates"],
            message: "at temperature 0 all of them are alike",
            hint: "raise `temperature`",
          },
        ]
      : []),
  ],
  models: ({ model }) => [model],
  async setup(given, context) {
    const model = await context.model(given.model);
    const responder = new Responder(given, model, context.once);
    return {
      apply: (batch, signal) => Promise.all(batch.map((record) => responder.respond(record, signal))),
    };
  },
});

class Responder {
  readonly #config: Config;
  readonly #model: Model;
  readonly #once: Context["once"];

  constructor(given: Config, model: Model, once: Context["once"]) {
    this.#config = given;
    this.#model = model;
    this.#once = once;
  }

  async respond(record: MagpieRecord, signal: AbortSignal): Promise<MagpieRecord | RecordError> {
    if (record.turns.at(-1)?.role !== "user")
      return new RecordError("NO_QUESTION", "the last turn is not the user's: there is nothing to answer");
    const { candidates } = this.#config;
    if (candidates === 0) return { ...record, turns: await this.#converse(record, signal) };
    const answers = Array.from({ length: candidates }, (_, number) =>
      this.#answer(record.turns, `${record.id}/${record.turns.length}/${number}`, signal),
    );
    return { ...record, candidates: (await Promise.all(answers)).map((turn) => ({ turns: [turn] })) };
  }

  async #converse({ id, turns: given }: MagpieRecord, signal: AbortSignal): Promise<readonly Turn[]> {
    const turns = [...given];
    for (let answers = 1; ; answers++) {
      turns.push(await this.#answer(turns, `${id}/${turns.length}`, signal));
      if (answers === this.#config.turns) return turns;
      const next = await this.#followUp(turns, `${id}/${turns.length}`, signal);
      if (next.content === "" || next.generation?.finishReason !== "stop") return turns;
      turns.push(next);
    }
  }

  async #answer(turns: readonly Turn[], sample: string, signal: AbortSignal): Promise<Turn> {
    const { temperature, topP, maxTokens, system } = this.#config;
    const prompt = this.#model.beforeAssistant([...systemTurn(system), ...turns]);
    const asked = await askModel(
      this.#model,
      this.#once,
      { prompt, temperature, topP, maxTokens, bannedFirst: [], sample },
      signal,
    );
    return { role: "assistant", ...splitThinking(asked.text), generation: asked.generation };
  }

  /** Sampled as instructions are, whatever answers are. */
  async #followUp(turns: readonly Turn[], sample: string, signal: AbortSignal): Promise<Turn> {
    const { maxTokens, followUpSystem } = this.#config;
    const prompt = this.#model.beforeUser([...systemTurn(followUpSystem), ...turns]);
    const ask = { prompt, ...this.#model.instructions, maxTokens, sample };
    const { text, generation } = await askModel(this.#model, this.#once, ask, signal);
    return { role: "user", content: text, generation };
  }
}

function systemTurn(content: string | null): readonly Message[] {
  return content === null ? [] : [{ role: "system", content }];
}
