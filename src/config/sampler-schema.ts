import { type TNumberOptions, Type } from "typebox";
import { closed } from "../core/schema.ts";
import { Count, Name } from "./schema-parts.ts";

const limit = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));

const TargetSchema = closed(
  {
    accepted: limit("Records in the topic `in`."),
    in: Type.Optional(
      Name("The topic that accepted records reach: all that one pipeline of this file curates."),
    ),
    maxSampled: limit("Instructions sampled, whatever becomes of them."),
    maxTokens: limit("Tokens read and generated, by the sampler and by all that comes of its records."),
  },
  {
    description:
      "When it has drawn enough: at whichever limit is reached first. What is under way then is finished.",
  },
);

const oneOrMore = (range: TNumberOptions, expected: string, description: string) =>
  Type.Optional(
    Type.Union([Type.Number(range), Type.Array(Type.Number(range), { minItems: 1, uniqueItems: true })], {
      expected,
      description,
    }),
  );

const VariantSchema = closed(
  {
    name: Type.String({ minLength: 1, description: "Stands in `provenance.variant` of each record." }),
    weight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        default: 1,
        description: "How often it is drawn, against the others.",
      }),
    ),
    system: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Text of the system turn, in place of the model's own; left out, the model's own.",
      }),
    ),
  },
  { description: "One way of steering the instructions." },
);

/** The keys that `sample`, the sampler's stage, is given as they are: it says what they default to. */
export const sampleKeys = ["model", "maxTokens", "bannedFirst", "seed"] as const;

export const SamplerSchema = closed(
  {
    model: Type.String({ minLength: 1, description: "The model it draws from: a name under `models`." }),
    to: Name("The topic its instructions go to. No pipeline or other sampler may write to it."),
    temperature: oneOrMore(
      { minimum: 0, maximum: 2 },
      "a number from 0 to 2, or a list of them",
      "Temperature of sampling, or several: each ticket draws one, all equally likely. Without it, what the model was published with (docs/models.md).",
    ),
    topP: oneOrMore(
      { exclusiveMinimum: 0, maximum: 1 },
      "a number greater than 0 and at most 1, or a list of them",
      "Nucleus sampling threshold, or several, as for `temperature`.",
    ),
    maxTokens: Type.Optional(
      Type.Integer({ minimum: 1, default: 512, description: "Tokens of an instruction." }),
    ),
    bannedFirst: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0 }), {
        description:
          "Ids of tokens that no instruction begins with, such as headings; a first token is a request of its own then. Without it, those that the model was published with (docs/models.md).",
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: 0,
        description: "Another one gives other instructions; the same one, from the same engine, the same.",
      }),
    ),
    variants: Type.Optional(
      Type.Array(VariantSchema, {
        minItems: 1,
        description:
          "What steers the instructions: each ticket draws one. Without it, the plain pre-query template.",
      }),
    ),
    concurrency: Count(
      1,
      16,
      "Instructions asked for at once, at most: a server that is busy with fewer is sent fewer.",
      4096,
    ),
    maxBacklog: Count(
      1,
      1000,
      "It waits while a pipeline that its records pass has more than this many records to read.",
    ),
    target: Type.Union([Type.Literal("unlimited"), TargetSchema], {
      expected: 'a mapping with a limit, or "unlimited"',
      description: "When it has drawn enough; `unlimited`: when it is stopped.",
    }),
  },
  {
    description:
      "A sampler X draws instructions out of a model and is a pipeline too: `X.tickets` holds what it was asked for, one ticket an instruction, and `X.quarantine` the tickets that came to none.",
  },
);
