import { Type } from "typebox";
import { askModel } from "../../src/core/ask-model.ts";
import { defineTransform } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { RecordError } from "../../src/core/record-error.ts";
import { closed } from "../../src/core/schema.ts";
import { splitThinking } from "./split-thinking.ts";

export default defineTransform({
  meta: {
    name: "respond",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Has a model answer the user's last turn, in exactly the words of the model's own chat template.",
    slow: true,
    calls: { batch: 1, concurrency: 8, timeoutMs: 600_000, retries: 5 },
    config: closed({
      model: Type.String({ minLength: 1, description: "The model's name under `models:`." }),
      temperature: Type.Number({
        minimum: 0,
        maximum: 2,
        default: 0,
        description: "Of sampling; at 0, the likeliest token each time.",
      }),
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
    }),
    examples: [
      {
        title: "Answers the last turn, and the turns before it are part of the question",
        with: { model: "teacher" },
        records: [
          { id: "first", messages: [{ role: "user", content: "Why is the sky blue?" }] },
          {
            id: "second",
            messages: [
              { role: "user", content: "Hello." },
              { role: "assistant", content: "Hello!" },
              { role: "user", content: "Why is the sky blue?" },
            ],
          },
        ],
        outcomes: [
          { keep: true, contents: ["Why is the sky blue?", "You said: Why is the sky blue?"] },
          {
            keep: true,
            contents: ["Hello.", "Hello!", "Why is the sky blue?", "You said: Why is the sky blue?"],
          },
        ],
      },
      {
        title: "Where the user did not speak last there is nothing to answer",
        with: { model: "teacher" },
        records: [{ id: "answered", instruction: "Why?", response: "Because." }],
        outcomes: [{ error: "NO_QUESTION" }],
      },
    ],
  },
  models: ({ model }) => [model],
  async setup({ model: name, temperature, topP, maxTokens, system }, { model: open, once }) {
    const model = await open(name);
    const before = system === null ? [] : [{ role: "system" as const, content: system }];
    const respond = async (record: MagpieRecord, signal: AbortSignal) => {
      const { turns } = record;
      if (turns.at(-1)?.role !== "user")
        return new RecordError("NO_QUESTION", "the last turn is not the user's: there is nothing to answer");
      const prompt = model.beforeAssistant([...before, ...turns]);
      const sample = `${record.id}/${turns.length}`;
      const asked = await askModel(model, once, { prompt, temperature, topP, maxTokens, sample }, signal);
      const turn = { role: "assistant", ...splitThinking(asked.text), generation: asked.generation } as const;
      return { ...record, turns: [...turns, turn] };
    };
    return { apply: (batch, signal) => Promise.all(batch.map((record) => respond(record, signal))) };
  },
});
