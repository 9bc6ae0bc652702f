import { type Static, Type } from "typebox";
import { defaultCommitPolicy, defaultLimits, maxChunkRecords, maxTimerMs } from "../core/limits.ts";
import { closed } from "../core/schema.ts";
import { defaultStageOptions, type StageOptions } from "../core/stage-options.ts";
import { durationPattern } from "../core/units.ts";
import { ModelSchema } from "./model-schema.ts";
import { nameExpectation, namePattern } from "./name.ts";
import { SamplerSchema } from "./sampler-schema.ts";
import { ByteSize, Count, Name, Named } from "./schema-parts.ts";

const TlsSchema = closed(
  {
    ca: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "PEM file of the authorities that signed the brokers' certificates; those that Node knows by default.",
      }),
    ),
    certificate: Type.Optional(
      Type.String({
        minLength: 1,
        description: "PEM file of this client's certificate, where brokers ask for one.",
      }),
    ),
    key: Type.Optional(Type.String({ minLength: 1, description: "PEM file of its key." })),
  },
  { description: "Encrypted connections. `tls: {}` trusts the authorities that Node knows." },
);

const SaslSchema = closed(
  {
    mechanism: Type.Union(
      [Type.Literal("plain"), Type.Literal("scram-sha-256"), Type.Literal("scram-sha-512")],
      {
        description: "How the brokers ask who you are.",
      },
    ),
    username: Type.String({ minLength: 1, description: "The user." }),
    password: Type.String({
      minLength: 1,
      description: "The password; from the environment, it is never printed.",
    }),
  },
  { description: "Who this client is." },
);

const LogSchema = closed(
  {
    kind: Type.Optional(
      Type.Union([Type.Literal("embedded"), Type.Literal("kafka")], {
        default: "embedded",
        description:
          "Where topics are kept: `embedded`, a store on this machine; `kafka`, a cluster of brokers.",
      }),
    ),
    path: Type.Optional(
      Type.String({
        minLength: 1,
        default: "./.magpie",
        description:
          "Folder of the store, relative to the folder of the configuration file; with `kafka`, of snapshots of state, which can be made again.",
      }),
    ),
    sync: Type.Optional(
      Type.Union([Type.Literal("commit"), Type.Literal("background")], {
        default: "commit",
        description:
          "`embedded`: when the disk is synced. `commit`, before a commit is acknowledged; `background`, shortly after it, " +
          "which is faster, survives the death of the process, and may lose the last commits (whole) when the machine loses power.",
      }),
    ),
    brokers: Type.Optional(
      Type.Array(
        Type.String({ pattern: "^[^\\s:]+:\\d{1,5}$", expected: 'a broker such as "127.0.0.1:9092"' }),
        {
          minItems: 1,
          uniqueItems: true,
          description: "`kafka`: `host:port` of some brokers; the others are learnt from them.",
        },
      ),
    ),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        default: "magpie-stream",
        description: "`kafka`: the name that brokers log and quotas go by.",
      }),
    ),
    compression: Type.Optional(
      Type.Union(
        [
          Type.Literal("none"),
          Type.Literal("gzip"),
          Type.Literal("snappy"),
          Type.Literal("lz4"),
          Type.Literal("zstd"),
        ],
        {
          default: "none",
          description: "`kafka`: how what is written is packed.",
        },
      ),
    ),
    tls: Type.Optional(TlsSchema),
    sasl: Type.Optional(SaslSchema),
  },
  { default: {}, description: "The log that holds topics, positions, state and paid answers." },
);

const RetentionSchema = closed(
  {
    age: Type.Optional(
      Type.String({
        pattern: durationPattern,
        expected: 'a time such as "90s", "12h" or "7d"',
        description: "How long after its append a record is kept: a number with ms, s, m, h, d or w.",
      }),
    ),
    bytes: Type.Optional(ByteSize("How many bytes of the topic are kept.")),
  },
  {
    description:
      "What may be removed: whatever passes one of the limits and is no longer needed by a pipeline. Without it, everything is kept.",
  },
);

const TopicSchema = closed(
  {
    partitions: Count(1, 1, "Partitions of the topic. They can be added later, not removed.", 1024),
    retention: Type.Optional(RetentionSchema),
  },
  { description: "Settings of one topic." },
);

/** Without a default here: a plugin may have one of its own of those that its `calls` names. */
const StageOption = (name: keyof StageOptions, minimum: number, what: string, maximum?: number) =>
  Type.Optional(
    Type.Integer({
      minimum,
      ...(maximum === undefined ? {} : { maximum }),
      description: `${what}. Default: ${defaultStageOptions[name]}${name === "workers" || name === "startTimeoutMs" ? "" : ", unless the plugin has one of its own"}.`,
    }),
  );

const StageSchema = closed(
  {
    use: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "The plugin: a built-in's name, a path that starts with `./`, `../` or `/` (.ts, .mts, .js, .mjs), or an npm package. A stage has either this or `exec`.",
      }),
    ),
    exec: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        expected: "a command such as [python3, ./my_filter.py]",
        description:
          "The plugin as a program that speaks the plugin protocol, in any language: its name and arguments, such as `[python3, ./my_filter.py]`. It runs in the folder of the configuration file.",
      }),
    ),
    id: Type.Optional(Name("Name of the stage, unique in its pipeline. Defaults to the plugin's name.")),
    with: Type.Optional(
      Type.Unsafe<{ [key: string]: unknown }>({
        type: "object",
        default: {},
        description: "The plugin's own configuration, checked against its schema.",
      }),
    ),
    batch: StageOption("batch", 1, "Records a call is given at most", maxChunkRecords),
    concurrency: StageOption("concurrency", 1, "Calls under way at once"),
    timeoutMs: StageOption("timeoutMs", 1, "Milliseconds a call may take", maxTimerMs),
    retries: StageOption("retries", 0, "Further tries of a call that failed in a way that may pass"),
    workers: StageOption(
      "workers",
      0,
      "Worker threads for the part of the stage that looks at one record at a time; 0 uses the main thread. With `exec`: how often the program is started, at least once",
    ),
    startTimeoutMs: StageOption(
      "startTimeoutMs",
      1,
      "With `exec`: milliseconds until the program says what it is, and again until it is set up",
      maxTimerMs,
    ),
    maxMemory: Type.Optional(
      ByteSize(
        "With `exec`, on Linux: memory that one copy of the program, with what it starts, may take; 2GiB by default.",
      ),
    ),
  },
  { description: "A plugin at work in a pipeline." },
);

/** As many as `verify` can tell apart. */
const maxRoutes = 255;

const RouteSchema = closed(
  {
    topic: Name("A topic for curated records."),
    when: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2000,
        expected: "a condition such as tags.language == 'en'",
        description:
          "What a record must be to go there: a condition over `tags.NAME`, `measures.STAGE.NAME` and `provenance.FIELD`. Without it every record goes there.",
      }),
    ),
  },
  { description: "A topic that some curated records go to." },
);

const PipelineSchema = closed(
  {
    from: Type.Union([Name("A topic."), Type.Array(Name("A topic."), { minItems: 1, uniqueItems: true })], {
      expected: "a topic or a list of topics",
      description: "The topic it reads, or a list of topics.",
    }),
    to: Type.Union([Name("A topic."), Type.Array(RouteSchema, { minItems: 1, maxItems: maxRoutes })], {
      expected: "a topic or a list of { topic, when }",
      description:
        "The topic its curated records go to, or a list of `{ topic, when }`: a record goes to every topic whose condition it meets, and is rejected as `no_route` when it meets none. No other pipeline may write to these topics.",
    }),
    stages: Type.Array(StageSchema, { description: "What every record passes, in this order." }),
  },
  {
    description:
      "A pipeline X also writes `X.rejected` (records with every reason), `X.quarantine` (what could not be judged) and `X.plans`.",
  },
);

const LimitsSchema = closed(
  {
    maxRecordBytes: Type.Optional(
      ByteSize("Bytes of one record; `produce` refuses larger ones.", {
        default: defaultLimits.maxRecordBytes,
      }),
    ),
    windowBytes: Type.Optional(
      ByteSize("Bytes a pipeline may have read and not yet committed.", {
        default: defaultLimits.windowBytes,
      }),
    ),
    windowRecords: Count(
      1,
      defaultLimits.windowRecords,
      "Records a pipeline may have read and not yet committed.",
    ),
  },
  { default: {}, description: "Bounds of memory." },
);

const CommitSchema = closed(
  {
    records: Count(1, defaultCommitPolicy.records, "Records read."),
    bytes: Type.Optional(ByteSize("Bytes of the records read.", { default: defaultCommitPolicy.bytes })),
    everyMs: Count(
      1,
      defaultCommitPolicy.everyMs,
      "Milliseconds since the first record that waits for it.",
      maxTimerMs,
    ),
  },
  { default: {}, description: "A commit is made when any of the three is reached." },
);

const AnswersSchema = closed(
  {
    keep: Type.Optional(
      Type.Literal("forever", { default: "forever", description: "How long paid answers are kept." }),
    ),
  },
  { default: {}, description: "The journal of paid model answers." },
);

const MetricsSchema = closed(
  {
    host: Type.Optional(
      Type.String({
        pattern: "^[0-9A-Za-z.:-]+$",
        expected: 'a name or address such as "127.0.0.1"',
        default: "127.0.0.1",
        description: "Address to listen on. One that other machines reach needs a `token`.",
      }),
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description:
          "Port to listen on; 0 is any free one. Left out, 9464 or, when another process has that, any free one.",
      }),
    ),
    token: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "At least 16 printable characters. Who asks must show it (`Authorization: Bearer TOKEN`); from the environment, it is never printed.",
      }),
    ),
  },
  { default: {}, description: "Where `magpie run` serves `/metrics` and `/healthz`." },
);

/** What magpie.yaml may hold. Strings may contain `${VAR}`. */
export const ConfigSchema = closed(
  {
    version: Type.Literal(1, { description: "Version of this format." }),
    name: Type.Optional(
      Type.String({
        pattern: namePattern,
        expected: nameExpectation,
        default: "magpie",
        description: "Name of the installation.",
      }),
    ),
    log: Type.Optional(LogSchema),
    topics: Type.Optional(
      Named(
        TopicSchema,
        "Settings of topics. A topic that is not listed has one partition and is kept for ever.",
      ),
    ),
    models: Type.Optional(
      Named(
        ModelSchema,
        "Models, by the name that samplers and stages refer to. Each is opened when it is first needed.",
      ),
    ),
    samplers: Type.Optional(
      Named(
        SamplerSchema,
        "What draws instructions out of models, by name. `run` starts them beside the pipelines.",
      ),
    ),
    pipelines: Type.Optional(Named(PipelineSchema, "The pipelines, by name.")),
    limits: Type.Optional(LimitsSchema),
    commit: Type.Optional(CommitSchema),
    answers: Type.Optional(AnswersSchema),
    metrics: Type.Optional(MetricsSchema),
  },
  { $id: "magpie-config/1", title: "magpie.yaml", description: "Configuration of magpie-stream." },
);

export type RawConfig = Static<typeof ConfigSchema>;
export type RawModel = Static<typeof ModelSchema>;
export type RawSampler = Static<typeof SamplerSchema>;
export type RawStage = Static<typeof StageSchema>;
export type RawTopic = Static<typeof TopicSchema>;
