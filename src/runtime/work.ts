import type { Position } from "../core/position.ts";
import type { MagpieRecord } from "../core/record.ts";
import type { Reason } from "../core/verdict.ts";
import type { MessageHeaders, Output, StateWrite } from "../log/log.ts";
import type { Prepared } from "./frame.ts";
import type { ModelUse } from "./model-use.ts";

/** What became of an item that will not be curated. `stage` is its index; -1 when the bytes were not a record. */
export type Fate =
  | { readonly kind: "rejected"; readonly stage: number; readonly reasons: readonly Reason[] }
  | {
      readonly kind: "quarantined";
      readonly stage: number;
      readonly code: string;
      readonly message: string;
      readonly attempts: number;
    }
  /** An earlier segment decided, and wrote what the item comes to. */
  | { readonly kind: "settled"; readonly stage: -1; readonly output: Output };

/** One record on its way through a pipeline. Mutable, and owned by the stage that currently holds its chunk. */
export interface Item {
  readonly position: Position;
  /** `topic/partition/offset`. */
  readonly source: string;
  /** Position of the first attempt; the same as `source` unless replayed. */
  readonly original: string;
  /** Headers of the trace the input belongs to, carried to its output. */
  readonly trace: MessageHeaders | undefined;
  /** The original bytes, for quarantine. */
  readonly bytes: Uint8Array;
  /** Metadata of the input, carried to its output. */
  readonly timestamp: number;
  readonly streamTime: number;
  /** Undefined only when the bytes were not a record. */
  record: MagpieRecord | undefined;
  /** By index of a stateful stage: what was prepared ahead of its admission. */
  prepared?: Map<number, Prepared>;
  /** By index of a stage: what models did for it. */
  modelUse?: Map<number, ModelUse>;
  /** Undefined while the item is still under consideration, and for good when it is curated. */
  fate: Fate | undefined;
}

/** An item under consideration: its record is there. */
export interface LiveItem extends Item {
  record: MagpieRecord;
}

/** A chunk on its way through a pipeline. */
export interface Work {
  /** Contiguous from 0 in log order, per task opening. */
  readonly sequence: number;
  readonly items: readonly Item[];
  /** What the window lent to it: the messages read, of which some may be no items, and their bytes. */
  readonly records: number;
  readonly bytes: number;
  /** `topic/partition` → offset after the last message read. */
  readonly ends: ReadonlyMap<string, bigint>;
  /** What stateful stages wrote for it, in order. */
  readonly writes: StateWrite[];
}

export function liveItems(work: Work): readonly LiveItem[] {
  return work.items.filter((item): item is LiveItem => item.fate === undefined && item.record !== undefined);
}

export function reject(item: Item, stage: number, reasons: readonly Reason[]): void {
  item.fate = { kind: "rejected", stage, reasons };
}

export function quarantine(item: Item, stage: number, code: string, message: string, attempts: number): void {
  item.fate = { kind: "quarantined", stage, code, message, attempts };
}
