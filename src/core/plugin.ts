import type { Static, TObject } from "typebox";
import type { Json, JsonObject } from "./json.ts";
import type { Model } from "./model.ts";
import type { At } from "./position.ts";
import type { MagpieRecord, Measures } from "./record.ts";
import type { RecordError } from "./record-error.ts";
import type { StageOptions } from "./stage-options.ts";
import type { State } from "./state.ts";
import type { Verdict } from "./verdict.ts";

type Awaitable<T> = T | Promise<T>;

/** One result per record given, in order. A {@link RecordError} quarantines that record only. */
export type Results<T> = readonly (T | RecordError)[];

/** A phase that looks at records and touches nothing else, so that it may be repeated, split and run elsewhere. */
export type PurePhase<T> = (batch: readonly MagpieRecord[], signal: AbortSignal) => Awaitable<Results<T>>;

/** Reason code → the sentence people read; `{observed}`, `{limit}` and `{ref}` are filled in. */
export type Reasons = { readonly [code: string]: string };

export type Stability = "stable" | "experimental";

/** What an example's records look like: any shape the readers know. */
export type ExampleInput = JsonObject;

export type ExampleOutcome<R extends string> =
  | {
      readonly keep: true;
      /** Contents of the turns afterwards, in order (transforms). */
      readonly contents?: readonly string[];
      readonly measures?: Measures;
      readonly tags?: { readonly [name: string]: Json };
    }
  | { readonly keep: false; readonly reasons: readonly R[]; readonly measures?: Measures }
  | { readonly error: string };

/** Run as a test, rendered as documentation: these records, in this order, have these outcomes. */
export interface Example<C, R extends string> {
  readonly title: string;
  readonly with?: Partial<C>;
  readonly records: readonly ExampleInput[];
  readonly outcomes: readonly ExampleOutcome<R>[];
}

/** Something wrong with a config that its schema cannot say. */
export interface ConfigProblem {
  /** From the config down; empty for the config as a whole. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** What `magpie plan` shows of a stateful stage, from its config alone. */
export interface Forecast {
  /** One line for people, such as `21 bands of 6 rows`. */
  readonly summary: string;
  /** Most memory the stage takes, bytes, when its caps are reached. */
  readonly memoryBytes: number;
  /** Most its state takes in the store, bytes. */
  readonly storeBytes: number;
  /** How likely a pair is found at all, by its similarity. */
  readonly curve?: {
    /** Name of the similarity, such as `Jaccard`. */
    readonly measure: string;
    readonly threshold: number;
    /** Probability in [0, 1] for a similarity in [0, 1]: 1 − the share of false negatives. */
    readonly found: (similarity: number) => number;
  };
}

interface CommonMeta<C extends TObject> {
  /** kebab-case; a built-in's folder has the same name. */
  readonly name: string;
  /** Semantic version: raise it when the same input may give another result. */
  readonly version: string;
  /** Default: experimental. */
  readonly stability?: Stability;
  readonly summary: string;
  /**
   * Its calls take so long that it should run on every machine, also where it stands behind a stateful stage. Default: false;
   * `workers` says the same of a stage.
   */
  readonly slow?: boolean;
  /** How it is best called where a stage does not say; for the rest the usual defaults. */
  readonly calls?: Partial<Pick<StageOptions, "batch" | "concurrency" | "timeoutMs" | "retries">>;
  /** Closed, every key described, every optional key with a default. */
  readonly config: C;
}

export interface TransformMeta<C extends TObject> extends CommonMeta<C> {
  /** Default: none; `magpie plugin test` and the built-ins demand one for every reason. */
  readonly examples?: readonly Example<Static<C>, never>[];
}

export interface JudgeMeta<C extends TObject, M extends TObject, R extends Reasons> extends CommonMeta<C> {
  readonly measures: M;
  /** Tag name → what its values mean. */
  readonly tags?: { readonly [name: string]: string };
  /** The only place reason codes are declared. */
  readonly reasons: R;
  /** Default: none; `magpie plugin test` and the built-ins demand one for every reason. */
  readonly examples?: readonly Example<Static<C>, keyof R & string>[];
}

export interface Logger {
  debug(message: string, fields?: JsonObject): void;
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
  error(message: string, fields?: JsonObject): void;
}

/** Names one paid answer. Equal keys share one answer, over all pipelines and restarts. */
export interface AnswerKey {
  readonly model: string;
  readonly prompt: Json;
  /** Sampling parameters; temperature 0 and 0.7 are different questions. */
  readonly parameters: Json;
  /** Record id and sample number, so that equal prompts at temperature > 0 do not share an answer. */
  readonly sample: string;
}

/** What the runtime gives a plugin besides its config. */
export interface Context {
  readonly logger: Logger;
  /** Aborted when the stage is closed. */
  readonly signal: AbortSignal;
  /** A directory for what can be rebuilt from state; may be emptied at any restart. */
  readonly cacheDir: string;
  /** A generator of numbers in [0, 1), seeded by plan, stage and record id: the only randomness of a stage. */
  random(record: MagpieRecord): () => number;
  /** The journaled answer for `key`, asking (and paying) only when there is none. Journaled before it is returned. */
  once<T extends Json>(key: AnswerKey, ask: () => Promise<T>): Promise<T>;
  /** A model of the configuration; it is opened when the first stage asks for it. Rejects with MGP_MODEL codes. */
  model(name: string): Promise<Model>;
}

interface Closable {
  close?(): Awaitable<void>;
}

interface Configured<C extends TObject> {
  /** Pure; what is wrong with a config that passed its schema. */
  check?(config: Static<C>): readonly ConfigProblem[];
  /** Pure; the names of the models that it asks for with such a config. */
  models?(config: Static<C>): readonly string[];
}

export interface TransformInstance extends Closable {
  /** Gives the records as they shall be; never changes its input. */
  apply: PurePhase<MagpieRecord>;
}

export interface FilterInstance<M> extends Closable {
  measure: PurePhase<M>;
}

export interface StatefulInstance<M> extends Closable {
  /** Rebuilds an in-memory index from the committed state; called once, before the first `admit`. */
  restore?(state: State): Awaitable<void>;
  /** The costly, order-independent part. Its bytes travel with the record to `admit`. */
  prepare: PurePhase<Uint8Array>;
  /** Serial, in log order. Inserts into `state` exactly what the plugin's own `decide` keeps. */
  admit(prepared: Uint8Array, record: MagpieRecord, at: At, state: State): Awaitable<M>;
  /** What was admitted since the last `commit` is settled: the in-memory index may forget how to undo it. */
  commit?(): void;
  /** Undo, in the in-memory index, all admitted since the last `commit`. `state` is undone by the runtime. */
  rollback?(): void;
}

export interface TransformPlugin<C extends TObject = TObject> extends Configured<C> {
  readonly kind: "transform";
  readonly meta: TransformMeta<C>;
  setup(config: Static<C>, context: Context): Awaitable<TransformInstance>;
}

export interface FilterPlugin<
  C extends TObject = TObject,
  M extends TObject = TObject,
  R extends Reasons = Reasons,
> extends Configured<C> {
  readonly kind: "filter";
  readonly meta: JudgeMeta<C, M, R>;
  /** Pure and free of models, so thresholds can change later without measuring again. */
  decide(measures: Static<M>, config: Static<C>): Verdict<keyof R & string>;
  /** Pure; the runtime writes the result as tags given by `plugin@version`. */
  tag?(measures: Static<M>, config: Static<C>): { readonly [name: string]: Json };
  setup(config: Static<C>, context: Context): Awaitable<FilterInstance<Static<M>>>;
}

export interface StatefulPlugin<
  C extends TObject = TObject,
  M extends TObject = TObject,
  R extends Reasons = Reasons,
> extends Configured<C> {
  readonly kind: "stateful";
  readonly meta: JudgeMeta<C, M, R>;
  /** Pure; what the stage will take and find. */
  forecast?(config: Static<C>): Forecast;
  /** A few numbers about the state, such as how many records it holds, made of one entry; shown beside the ledger. */
  readonly stateSummary?: {
    readonly key: string;
    read(value: Uint8Array | undefined): JsonObject;
  };
  /** The part of the config that shapes what is in the state; a change of it needs new state. */
  fingerprint(config: Static<C>): Json;
  decide(measures: Static<M>, config: Static<C>): Verdict<keyof R & string>;
  setup(config: Static<C>, context: Context): Awaitable<StatefulInstance<Static<M>>>;
}

/** What a plugin in a program of its own says of one record: what it measured, and what it decides from that. */
export interface Judgement {
  readonly measures: Measures;
  readonly verdict: Verdict;
  readonly tags: { readonly [name: string]: Json };
}

/** A program that answers as a plugin, and how it is started. */
export interface Program {
  /** Its name and its arguments. */
  readonly command: readonly string[];
  /** Absolute; where it runs, so that relative paths in the command start there. */
  readonly folder: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Of the files that the command names; undefined when it names none. */
  readonly sha256: string | undefined;
}

/** A transform in a program of its own, as it described itself. */
export interface ExternalTransform {
  readonly kind: "external-transform";
  readonly meta: TransformMeta<TObject>;
  readonly program: Program;
}

/** A filter in a program of its own, as it described itself. It answers measures, verdict and tags together. */
export interface ExternalFilter {
  readonly kind: "external-filter";
  readonly meta: JudgeMeta<TObject, TObject, Reasons>;
  readonly program: Program;
}

export type ExternalPlugin = ExternalTransform | ExternalFilter;

/** A plugin that is a module: parameters of methods are bivariant, so every definition is one of these. */
export type ModulePlugin = TransformPlugin | FilterPlugin | StatefulPlugin;

/** A plugin of any config and measures. */
export type Plugin = ModulePlugin | ExternalPlugin;

/** Whether a plugin is a program outside this process. */
export function isExternal(plugin: Plugin): plugin is ExternalPlugin {
  return plugin.kind === "external-transform" || plugin.kind === "external-filter";
}

/** Whether a plugin rewrites records and drops none. */
export function isTransform(plugin: Plugin): plugin is TransformPlugin | ExternalTransform {
  return plugin.kind === "transform" || plugin.kind === "external-transform";
}

/** What a plugin does, wherever it runs. */
export function roleOf(plugin: Plugin): "transform" | "filter" | "stateful" {
  if (plugin.kind === "stateful") return plugin.kind;
  return isTransform(plugin) ? "transform" : "filter";
}

/** A stage that rewrites records. */
export function defineTransform<C extends TObject>(
  plugin: Omit<TransformPlugin<C>, "kind">,
): TransformPlugin<C> {
  return { kind: "transform", ...plugin };
}

/** A stage that measures records and decides from the measures alone. An undeclared reason code does not compile. */
export function defineFilter<C extends TObject, M extends TObject, const R extends Reasons>(
  plugin: Omit<FilterPlugin<C, M, R>, "kind">,
): FilterPlugin<C, M, R> {
  return { kind: "filter", ...plugin };
}

/** A stage that remembers: a costly pure `prepare`, then a serial `admit` in log order. */
export function defineStateful<C extends TObject, M extends TObject, const R extends Reasons>(
  plugin: Omit<StatefulPlugin<C, M, R>, "kind">,
): StatefulPlugin<C, M, R> {
  return { kind: "stateful", ...plugin };
}

/** The names of the models that a plugin asks for with such a config. */
export function modelsOf(plugin: Plugin, config: JsonObject): readonly string[] {
  return isExternal(plugin) ? [] : (plugin.models?.(config) ?? []);
}
