import type { Checkpoint } from "../../core/checkpoint.ts";
import type { StateWrite } from "../log.ts";

/**
 * A changelog is a compacted topic that holds a task's state: a record for each entry, a tombstone for each entry that was deleted,
 * and one record keyed `position`. All are written in the transaction of the outputs they belong to.
 */
export interface PositionRecord {
  readonly checkpoint: Checkpoint;
  /** Drawn when the changelog was begun: tells a topic that was deleted and made anew from what it was. */
  readonly lineage: string;
  /** By source, the id of the topic whose offsets the checkpoint has. */
  readonly sources: { readonly [topic: string]: string };
}

export const positionKey = Buffer.from("position");

const stateMark = 0x73;
const separator = 0x00;

/** `s`, a NUL, the stage's id, a NUL, the key. Ids hold no NUL, and `position` begins otherwise. */
export function changelogKey(stage: string, key: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(stateMark, separator), Buffer.from(stage), Buffer.of(separator), key]);
}

/** The stage and key of a state entry; undefined for anything else. */
export function splitChangelogKey(key: Buffer): Pick<StateWrite, "stage" | "key"> | undefined {
  if (key[0] !== stateMark || key[1] !== separator) return undefined;
  const end = key.indexOf(separator, 2);
  if (end === -1) return undefined;
  return { stage: key.toString("utf8", 2, end), key: key.subarray(end + 1) };
}

export function encodePosition(position: PositionRecord): Buffer {
  return Buffer.from(JSON.stringify(position));
}

/** Undefined for what no task of ours wrote. */
export function decodePosition(value: Buffer | null): PositionRecord | undefined {
  if (value === null) return undefined;
  try {
    const position = JSON.parse(value.toString("utf8")) as Partial<PositionRecord>;
    return position.checkpoint === undefined ||
      position.lineage === undefined ||
      position.sources === undefined
      ? undefined
      : (position as PositionRecord);
  } catch {
    return undefined;
  }
}
