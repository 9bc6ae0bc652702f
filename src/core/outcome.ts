import type { Json } from "./json.ts";
import type { MagpieRecord } from "./record.ts";

/** A reason as written to a rejected topic: with its sentence. */
export interface RejectedReason {
  readonly code: string;
  readonly message: string;
  readonly observed?: Json;
  readonly limit?: Json;
  readonly ref?: string;
}

/** A dropped record with every reason the stage that dropped it gave. */
export interface RejectedRecord extends MagpieRecord {
  readonly verdict: {
    /** The stage that dropped it; `route` when no route takes it. */
    readonly stage: string;
    /** `name@version`; empty for `route`. */
    readonly plugin: string;
    readonly reasons: readonly RejectedReason[];
  };
}

/** A record that could not be judged: an error, not a drop. Its original bytes can be replayed. */
export interface QuarantineEntry {
  /** The record's id; its position when it could not be read. */
  readonly id: string;
  /** `topic/partition/offset` of this attempt. */
  readonly position: string;
  /** Position of the first attempt. */
  readonly original: string;
  /** The stage that failed; `read` when the bytes were not a record. */
  readonly stage: string;
  /** `name@version`; empty for `read`. */
  readonly plugin: string;
  readonly error: { readonly code: string; readonly message: string };
  /** Calls made for this record before giving up. */
  readonly attempts: number;
  /** The original bytes, base64. */
  readonly bytes: string;
  /** sha256 of the original bytes, hex. */
  readonly sha256: string;
}
