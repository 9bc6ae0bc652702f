import { type Static, type TNumberOptions, Type } from "typebox";
import { askModel } from "../../src/core/ask-model.ts";
import type { Model } from "../../src/core/model.ts";
import { defineTransform } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { RecordError } from "../../src/core/record-error.ts";
import { closed } from "../../src/core/schema.ts";
import { drawWeighted } from "./draw.ts";

const Values = (range: TNumberOptions, what: string) =>
  Type.Union([Type.Array(Type.Number(range), { minItems: 1 }), Type.Null()], {
    default: null,
    description: `${what}: each ticket draws one of them, all equally likely. null: what the model was published with, as docs/models.md lists it.`,
  });

const config = closed({
  model: Type.String({ minLength: 1, description: "The model's name under `models:`." }),
  temperature: Values({ minimum: 0, maximum: 2 }, "Temperatures"),
  topP: Values({ exclusiveMinimum: 0, maximum: 1 }, "Nucleus sampling thresholds"),
  maxTokens: Type.Integer({ minimum: 1, default: 512, description: "Tokens of an instruction." }),
  bannedFirst: Type.Union([Type.Array(Type.Integer({ minimum: 0 })), Type.Null()], {
    default: null,
    description:
      "Ids of tokens that no instruction begins with; a first token is a request of its own then. null: what the model was published with, as docs/models.md lists it.",
  }),
  seed: Type.Integer({
    minimum: 0,
    default: 0,
    description: "With the ticket's id it determines the seed of each instruction.",
  }),
  variants: Type.Array(
    closed({
      name: Type.String({ minLength: 1, description: "Stands in `provenance.variant`." }),
      weight: Type.Number({
        exclusiveMinimum: 0,
        default: 1,
        description: "How often it is drawn, against the others.",
      }),
      system: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
        default: null,
        description: "Text of the system turn, in place of the model's own. null: the model's own.",
      }),
    }),
    {
      default: [],
      description:
        "What steers the instructions: each ticket draws one. Empty: the plain pre-query template.",
    },
  ),
});

/** A variant with its prompt. */
interface Prepared {
  readonly name: string | undefined;
  readonly weight: number;
  readonly prompt: string;
}

export default defineTransform({
  meta: {
    name: "sample",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Has a model write a user's instruction from its pre-query template: what a sampler does with each ticket.",
    slow: true,
    calls: { batch: 1, concurrency: 16, timeoutMs: 3_600_000, retries: 5 },
    config,
    examples: [
      {
        title: "A ticket, a record without turns, becomes an instruction",
        with: { model: "teacher" },
        records: [{ id: "ask.tickets/0/0", turns: [], provenance: { sampler: "ask" } }],
        outcomes: [{ keep: true, contents: ["What is 8?"] }],
      },
      {
        title: "A record that has turns is no ticket",
        with: { model: "teacher" },
        records: [{ id: "asked", instruction: "Why?" }],
        outcomes: [{ error: "NO_TICKET" }],
      },
    ],
  },
  models: ({ model }) => [model],
  async setup(given, { model: open, once }) {
    const model = await open(given.model);
    const { temperature = [model.instructions.temperature], topP = [model.instructions.topP] } =
      valuesOf(given);
    const variants = prepared(given.variants, model);
    const sample = async (ticket: MagpieRecord, signal: AbortSignal) => {
      if (ticket.turns.length > 0)
        return new RecordError("NO_TICKET", "it has turns already: only tickets become instructions");
      const draw = <T extends { readonly weight: number }>(what: string, choices: readonly T[]) =>
        drawWeighted(choices, ticket.id, String(given.seed), what);
      const variant = draw("variant", variants);
      const { text, generation } = await askModel(
        model,
        once,
        {
          prompt: variant.prompt,
          temperature: draw("temperature", equally(temperature)).value,
          topP: draw("topP", equally(topP)).value,
          maxTokens: given.maxTokens,
          bannedFirst: given.bannedFirst ?? model.instructions.bannedFirst,
          sample: given.seed === 0 ? ticket.id : `${ticket.id}/${given.seed}`,
        },
        signal,
      );
      return {
        ...ticket,
        turns: [{ role: "user", content: text, generation }],
        provenance: {
          ...ticket.provenance,
          ticket: ticket.id,
          ...(variant.name === undefined ? {} : { variant: variant.name }),
        },
      } satisfies MagpieRecord;
    };
    return { apply: (batch, signal) => Promise.all(batch.map((ticket) => sample(ticket, signal))) };
  },
});

function valuesOf({ temperature, topP }: Static<typeof config>) {
  return {
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
  };
}

function prepared(variants: Static<typeof config>["variants"], model: Model): readonly Prepared[] {
  if (variants.length === 0) return [{ name: undefined, weight: 1, prompt: model.beforeUser() }];
  return variants.map(({ name, weight, system }) => ({
    name,
    weight,
    prompt: model.beforeUser(system === null ? [] : [{ role: "system", content: system }]),
  }));
}

function equally(values: readonly number[]) {
  return values.map((value) => ({ value, weight: 1 }));
}
