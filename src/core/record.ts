import { type Static, Type } from "typebox";
import type { Json } from "./json.ts";
import { closed } from "./schema.ts";

export type Role = "system" | "user" | "assistant";

export type FinishReason = "stop" | "length" | "other";

/** How a model produced one turn. Ours are complete; imported ones hold what their source knew. */
export interface Generation {
  readonly model?: string;
  readonly seed?: number;
  readonly temperature?: number;
  readonly topP?: number;
  /** Tokens. */
  readonly maxTokens?: number;
  readonly finishReason?: FinishReason;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

export interface Turn {
  readonly role: Role;
  readonly content: string;
  /** What a reasoning model wrote before its answer. */
  readonly thinking?: string;
  readonly generation?: Generation;
}

/** Numbers and labels one stage attached to a record: plain JSON, checked against the plugin's schema. */
export type Measures = { readonly [name: string]: Json };

export interface Tag {
  readonly value: Json;
  /** `model` or `plugin@version` that gave the value. */
  readonly by: string;
}

/** One of several continuations of a record's turns. */
export interface Candidate {
  readonly turns: readonly Turn[];
  readonly measures?: Measures;
}

export interface Provenance {
  /** Milliseconds since 1970, from the sampler; the only clock a stage may look at. */
  readonly created?: number;
  /** `topic/partition/offset` of the direct input. */
  readonly source?: string;
  readonly sampler?: string;
  readonly ticket?: string;
  readonly variant?: string;
}

/**
 * The unit that is curated: a conversation with what is known about it. Records are immutable; a stage that changes one
 * returns a new one.
 */
export interface MagpieRecord {
  readonly id: string;
  readonly turns: readonly Turn[];
  readonly candidates?: readonly Candidate[];
  readonly provenance: Provenance;
  /** Keyed by stage id. */
  readonly measures: { readonly [stage: string]: Measures };
  readonly tags: { readonly [name: string]: Tag };
  /** sha256 of the plan that curated the record. */
  readonly plan?: string;
  /** Input columns no reader knew, unchanged; every export gives them back. */
  readonly extra: { readonly [column: string]: Json };
}

const AnyJson = Type.Unsafe<Json>({ description: "Any JSON value." });

const integer = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

export const GenerationSchema = closed(
  {
    model: Type.Optional(Type.String({ description: "The model's name." })),
    seed: Type.Optional(Type.Integer({ description: "The effective seed." })),
    temperature: Type.Optional(Type.Number({ description: "Sampling temperature." })),
    topP: Type.Optional(Type.Number({ description: "Nucleus sampling threshold." })),
    maxTokens: integer("The limit on generated tokens."),
    finishReason: Type.Optional(
      Type.Union([Type.Literal("stop"), Type.Literal("length"), Type.Literal("other")], {
        description: "Why generation ended: end of turn, token limit, anything else.",
      }),
    ),
    promptTokens: integer("Tokens in the prompt."),
    completionTokens: integer("Tokens generated."),
  },
  { description: "How a model produced the turn." },
);

export const TurnSchema = closed(
  {
    role: Type.Union([Type.Literal("system"), Type.Literal("user"), Type.Literal("assistant")], {
      description: "Who speaks.",
    }),
    content: Type.String({ description: "The text." }),
    thinking: Type.Optional(Type.String({ description: "Reasoning written before the answer." })),
    generation: Type.Optional(GenerationSchema),
  },
  { description: "One message of a conversation." },
);

export const MeasuresSchema = Type.Record(Type.String(), AnyJson, { description: "Plain JSON by name." });

export const RecordSchema = closed(
  {
    id: Type.String({ description: "The id the record came with, else topic/partition/offset." }),
    turns: Type.Array(TurnSchema, { description: "The conversation, in order." }),
    candidates: Type.Optional(
      Type.Array(
        closed(
          {
            turns: Type.Array(TurnSchema, { description: "The continuation." }),
            measures: Type.Optional(MeasuresSchema),
          },
          { description: "One of several continuations." },
        ),
        { description: "Alternative continuations of the turns." },
      ),
    ),
    provenance: closed(
      {
        created: Type.Optional(Type.Number({ description: "Milliseconds since 1970, from the sampler." })),
        source: Type.Optional(Type.String({ description: "topic/partition/offset of the direct input." })),
        sampler: Type.Optional(Type.String({ description: "The sampler that wrote it." })),
        ticket: Type.Optional(Type.String({ description: "The sampler's ticket." })),
        variant: Type.Optional(Type.String({ description: "The control variant it was sampled with." })),
      },
      { description: "Where the record comes from." },
    ),
    measures: Type.Record(Type.String(), MeasuresSchema, { description: "Measures by stage id." }),
    tags: Type.Record(
      Type.String(),
      closed(
        { value: AnyJson, by: Type.String({ description: "Model or plugin@version." }) },
        { description: "A label and who gave it." },
      ),
      { description: "Labels by name." },
    ),
    plan: Type.Optional(Type.String({ description: "sha256 of the plan that curated the record." })),
    extra: Type.Record(Type.String(), AnyJson, { description: "Input columns no reader knew." }),
  },
  { $id: "magpie-record/1", description: "A curated record." },
);

type Agrees<A extends B, B> = A;

/**
 * Fails to compile when the schema and the interface drift apart.
 *
 * @public
 */
export type RecordSchemaAgrees = Agrees<Static<typeof RecordSchema>, MagpieRecord>;
