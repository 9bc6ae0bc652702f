import { type Static, type TSchema, Type } from "typebox";
import type { Json } from "../core/json.ts";
import type { Reasons, TransformMeta } from "../core/plugin.ts";
import { RecordSchema } from "../core/record.ts";
import { closed } from "../core/schema.ts";

/**
 * What magpie-stream and a plugin in a program of its own say to each other: one JSON object a line, in UTF-8; magpie-stream's on
 * the program's standard input, the program's on its standard output. docs/plugin-protocol.md tells the order.
 */
export const protocolVersion = 1;

const AnyJson = (description: string) => Type.Unsafe<Json>({ description });
const JsonSchema = (description: string) =>
  Type.Unsafe<TransformMeta<never>["config"]>({
    type: "object",
    description: `${description}: a JSON Schema (2020-12) of type "object".`,
  });
const Texts = (description: string) => Type.Record(Type.String(), Type.String(), { description });
const BatchId = Type.Integer({ minimum: 1, description: "The number of the batch." });

const meta = {
  name: Type.String({ description: "kebab-case." }),
  version: Type.String({
    description: "Semantic version: raised when the same input may give another result.",
  }),
  summary: Type.String({ description: "What it does, in a sentence." }),
  stability: Type.Optional(
    Type.Union([Type.Literal("stable"), Type.Literal("experimental")], { description: "How settled it is." }),
  ),
  slow: Type.Optional(
    Type.Boolean({ description: "Its calls take so long that it should run on every machine." }),
  ),
  config: JsonSchema("What `with` may hold, closed, every key described"),
  examples: Type.Optional(
    Type.Unsafe<NonNullable<TransformMeta<never>["examples"]>>({
      type: "array",
      items: { type: "object" },
      description: "`{title, with?, records, outcomes}`: documentation that is run as tests.",
    }),
  ),
} as const;

const start = {
  type: Type.Literal("hello", { description: "The first line, without being asked." }),
  protocol: Type.Literal(protocolVersion, { description: "Version of this protocol." }),
} as const;

const TransformHello = closed(
  { ...start, kind: Type.Literal("transform", { description: "It rewrites records." }), ...meta },
  { description: "What a transform is." },
);

const FilterHello = closed(
  {
    ...start,
    kind: Type.Literal("filter", { description: "It measures records and decides." }),
    ...meta,
    measures: JsonSchema("What it measures, closed, every measure described"),
    tags: Type.Optional(Texts("Tag name → what its values mean.")),
    reasons: Type.Unsafe<Reasons>(
      Texts("Reason code → the sentence people read, with `{observed}`, `{limit}` and `{ref}`."),
    ),
  },
  { description: "What a filter is." },
);

export const HelloSchema = Type.Union([TransformHello, FilterHello], {
  description: "From the program, once: what it is.",
});

export const SetupSchema = closed(
  {
    type: Type.Literal("setup", { description: "Once, after hello." }),
    config: Type.Record(Type.String(), AnyJson("Any JSON value."), {
      description: "Checked against the schema of hello, defaults filled in.",
    }),
    seed: Type.String({
      description:
        "For randomness that is the same after a restart: seed a generator with this and the record's id.",
    }),
  },
  { description: "To the program: how to work. It answers `ready` or `failed`." },
);

/** Without the `$id` of its own schema, which may stand in a schema once only. */
const AnyRecord = closed(RecordSchema.properties, {
  description: "A conversation with what is known about it.",
});

export const BatchSchema = closed(
  {
    type: Type.Literal("batch", { description: "Only when the batch before is answered." }),
    id: BatchId,
    records: Type.Array(AnyRecord, { description: "At most as many as the stage's `batch`." }),
  },
  { description: "To the program: records. It answers `results` or `failed`, with the same id." },
);

export const ShutdownSchema = closed(
  { type: Type.Literal("shutdown", { description: "The last line; standard input ends after it." }) },
  { description: "To the program: end. It has five seconds." },
);

const ReadySchema = closed(
  { type: Type.Literal("ready", { description: "It is set up." }) },
  { description: "From the program: batches may come." },
);

const FailureSchema = closed(
  {
    code: Type.Optional(Type.String({ description: "UPPER_SNAKE_CASE." })),
    message: Type.String({ description: "What is wrong, for people." }),
    retriable: Type.Optional(
      Type.Boolean({
        description: "Whether the same batch may succeed when it is given again; default false.",
      }),
    ),
    retryAfterMs: Type.Optional(
      Type.Number({ minimum: 0, description: "Milliseconds to wait before it is given again." }),
    ),
  },
  { description: "What went wrong." },
);

const FailedSchema = closed(
  {
    type: Type.Literal("failed", { description: "What was asked could not be done." }),
    id: Type.Optional(BatchId),
    error: FailureSchema,
  },
  {
    description:
      "From the program: the setup failed (without id), or the batch as a whole; it is given again in halves, to find the records that make it fail.",
  },
);

const RecordFailed = closed(
  {
    error: closed(
      {
        code: Type.String({ description: "UPPER_SNAKE_CASE." }),
        message: Type.String({ description: "What is wrong with this record." }),
      },
      { description: "Why it cannot be judged." },
    ),
  },
  { description: "This record goes to quarantine." },
);

const measures = Type.Record(Type.String(), AnyJson("Any JSON value."), {
  description: "What was measured; fits the schema of hello.",
});
const tags = Type.Optional(
  Type.Record(Type.String(), AnyJson("Any JSON value."), { description: "Labels for the record." }),
);

const Kept = closed(
  { keep: Type.Literal(true, { description: "The record goes on." }), measures, tags },
  { description: "Of a filter: kept." },
);

const Dropped = closed(
  {
    keep: Type.Literal(false, { description: "The record is dropped." }),
    reasons: Type.Array(
      closed(
        {
          code: Type.String({ description: "One of those in hello." }),
          observed: Type.Optional(AnyJson("What was observed.")),
          limit: Type.Optional(AnyJson("What would have been allowed.")),
          ref: Type.Optional(Type.String({ description: "What the reason points at." })),
        },
        { description: "A reason." },
      ),
      { minItems: 1, description: "All that apply." },
    ),
    measures,
    tags,
  },
  { description: "Of a filter: dropped." },
);

const Rewritten = closed(
  { record: AnyRecord },
  { description: "Of a transform: the record as it shall be." },
);

const Unchanged = closed(
  { unchanged: Type.Literal(true, { description: "The record stays as it is." }) },
  { description: "Of a transform: left alone." },
);

const ResultSchema: TSchema = Type.Union([Kept, Dropped, Rewritten, Unchanged, RecordFailed], {
  description: "What became of one record.",
});

const ResultsSchema = closed(
  {
    type: Type.Literal("results", { description: "An answer to a batch." }),
    id: BatchId,
    results: Type.Array(ResultSchema, { description: "One for each record, in the same order." }),
  },
  { description: "From the program: what became of a batch." },
);

const LogSchema = closed(
  {
    type: Type.Literal("log", { description: "At any time." }),
    level: Type.Union(
      [Type.Literal("debug"), Type.Literal("info"), Type.Literal("warn"), Type.Literal("error")],
      { description: "How much it matters." },
    ),
    message: Type.String({ description: "For people." }),
    fields: Type.Optional(
      Type.Record(Type.String(), AnyJson("Any JSON value."), { description: "More, for machines." }),
    ),
  },
  { description: "From the program: a line for the log. So is each line on its standard error, as `warn`." },
);

export const PluginProtocolSchema = Type.Union(
  [
    HelloSchema,
    SetupSchema,
    ReadySchema,
    BatchSchema,
    ResultsSchema,
    FailedSchema,
    LogSchema,
    ShutdownSchema,
  ],
  {
    $id: "magpie-plugin-protocol/1",
    description: "One line between magpie-stream and a plugin in a program of its own.",
  },
);

/** What is checked of an answer before its results are looked at, one by one. */
export const AnswerSchema = Type.Union([
  ReadySchema,
  FailedSchema,
  LogSchema,
  closed({ type: Type.Literal("results"), id: Type.Integer(), results: Type.Array(Type.Unknown()) }),
]);

export type Hello = Static<typeof HelloSchema>;
export type Answer = Static<typeof AnswerSchema>;
export type LogLine = Static<typeof LogSchema>;
export type Failure = Static<typeof FailureSchema>;
