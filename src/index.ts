/** The public API: what `import … from "magpie-stream"` gives. */

export { type Static, Type } from "typebox";
export { builtins, plugins } from "./builtins.ts";
export type { Config, EmbeddedLogConfig, SyncPolicy } from "./config/config.ts";
export {
  definePipeline,
  type PipelineDefinition,
  type StageSettings,
  stage,
} from "./config/define-pipeline.ts";
export { type ConfigDeps, loadConfig } from "./config/load-config.ts";
export { type ProgramSurroundings, pluginFromProgram } from "./config/plugin-from-program.ts";
export { ConfigError, type Problem } from "./config/problem.ts";
export {
  type ErrorCode,
  type ExitCode,
  errorCatalogue,
  exitCodes,
  MagpieError,
} from "./core/errors.ts";
export { type ExportFormatName, exportRecord } from "./core/export-formats/export-record.ts";
export { formatHolder, holderPosition } from "./core/holder.ts";
export { canonicalJson, type Json, type JsonObject } from "./core/json.ts";
export type { Ledger, StageLedger } from "./core/ledger.ts";
export type { CommitPolicy, Limits } from "./core/limits.ts";
export type { Completion, CompletionRequest, Model, Models } from "./core/model.ts";
export type { QuarantineEntry, RejectedReason, RejectedRecord } from "./core/outcome.ts";
export type { Pipeline } from "./core/pipeline.ts";
export type * from "./core/plugin.ts";
export { defineFilter, defineStateful, defineTransform } from "./core/plugin.ts";
export { type At, formatPosition, type Position, parsePosition } from "./core/position.ts";
export { readRecord } from "./core/read-record.ts";
export {
  type Candidate,
  type FinishReason,
  type Generation,
  type MagpieRecord,
  type Measures,
  type Provenance,
  RecordSchema,
  type Role,
  type Tag,
  type Turn,
} from "./core/record.ts";
export { isRecordError, RecordError } from "./core/record-error.ts";
export { closed } from "./core/schema.ts";
export { sha256Hex } from "./core/sha256.ts";
export type { Stage } from "./core/stage.ts";
export type { StageOptions } from "./core/stage-options.ts";
export type { State } from "./core/state.ts";
export { type Field, instructionOf, responseOf, textOf, turnsOf } from "./core/text.ts";
export { drop, dropIfAny, keep, type Reason, type Verdict } from "./core/verdict.ts";
export { type EmbeddedLogOptions, openEmbeddedLog } from "./log/embedded/open-embedded-log.ts";
export type {
  Log,
  Message,
  MessageHeaders,
  ScanRange,
  StoredMessage,
  TopicInfo,
  TopicSettings,
} from "./log/log.ts";
export { createMemoryLog, type MemoryLogOptions } from "./log/memory/memory-log.ts";
export { type RunOptions, runPipelines } from "./run-pipelines.ts";
export { type CurateOptions, curate, type Outcome } from "./runtime/curate.ts";
export { curateFrom } from "./runtime/curate-from.ts";
export type { PipelineProgress, RunProgress } from "./runtime/progress.ts";
