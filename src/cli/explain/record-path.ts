import type { JsonObject } from "../../core/json.ts";
import type { QuarantineEntry, RejectedRecord } from "../../core/outcome.ts";
import type { MagpieRecord, Measures } from "../../core/record.ts";
import type { OutputKind } from "../../runtime/read-outputs.ts";
import type { Holder } from "../find-holders.ts";

/** A record's way through all pipelines, from the topic it was produced to. */
export interface RecordPath {
  readonly id: string;
  /** `topic/partition/offset` where it was produced; of a replayed record, its first attempt. */
  readonly position: string;
  /** As it lies there; left out when its bytes are no record, or retention has removed them. */
  readonly produced?: MagpieRecord;
  /** In the order of the flow. */
  readonly visits: readonly Visit[];
  readonly ahead: readonly Ahead[];
}

/** What one pipeline made of a record. */
export interface Visit {
  readonly pipeline: string;
  /** Position it was read at. */
  readonly read: string;
  /** Position of the first attempt, when this one was replayed from quarantine. */
  readonly replayOf?: string;
  readonly outcome: OutputKind;
  /** Positions of what was written. */
  readonly wrote: readonly string[];
  /** sha256 of the plan in force; left out when retention has removed the plan. */
  readonly plan?: string;
  readonly stages: readonly StagePassage[];
  readonly verdict?: RejectedRecord["verdict"];
  /** The records that a verdict's reasons point at. */
  readonly holders: readonly Holder[];
  readonly quarantine?: QuarantineEntry;
  /** As the pipeline left it; a quarantined record is left as it was read. */
  readonly record?: MagpieRecord;
}

/** A stage of the plan in force, or `read`, and what it did with the record. */
export interface StagePassage {
  readonly id: string;
  /** `name@version`; empty for `read`. */
  readonly plugin: string;
  readonly outcome: "kept" | "dropped" | "quarantined" | "not reached";
  /** The stage's config, its limits among it. */
  readonly settings: JsonObject;
  readonly measures?: Measures;
}

/** A pipeline that reads where the record lies, and has nothing to tell of it. */
export interface Ahead {
  readonly pipeline: string;
  readonly position: string;
  /** `waiting`: not read yet. `in flight`: between two of its segments. `removed`: retention has removed what was written. */
  readonly state: "waiting" | "in flight" | "removed";
}
