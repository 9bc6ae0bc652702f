/** Where a record begins in its input, so that an interrupted `produce` can go on from it. */
export interface InputPlace {
  /** From 1. */
  readonly line: number;
  /** Which record that begins on this line, from 1; more than 1 only in JSON arrays. */
  readonly nth: number;
}

/** One record's bytes, uninterpreted. They may share memory with their neighbours. */
export interface InputRecord extends InputPlace {
  readonly bytes: Uint8Array;
}

/** A record that was skipped while streaming because it is larger than the limit. */
export interface OversizeRecord extends InputPlace {
  readonly size: number;
}

/** What one chunk of input completed. */
export interface InputBatch {
  readonly records: readonly InputRecord[];
  readonly oversize: readonly OversizeRecord[];
}

/** Cuts a stream of bytes into records; holds at most one record's worth of bytes between calls. */
export interface Splitter {
  /** The records that `chunk` completes. */
  push(chunk: Uint8Array): InputBatch;
  /** What the end of the input completes. Throws MGP_INPUT_MALFORMED when something is left open. */
  end(): InputBatch;
}

/** How a place is written on the command line: `LINE`, or `LINE:NTH` when other records begin on that line before it. */
export function formatPlace(place: InputPlace): string {
  return place.nth === 1 ? String(place.line) : `${place.line}:${place.nth}`;
}

/** The inverse of {@link formatPlace}; undefined for anything else. */
export function parsePlace(text: string): InputPlace | undefined {
  const match = /^([1-9]\d{0,14})(?::([1-9]\d{0,14}))?$/.exec(text);
  return match === null ? undefined : { line: Number(match[1]), nth: Number(match[2] ?? 1) };
}

/** True when `a` comes before `b`. */
export function isBefore(a: InputPlace, b: InputPlace): boolean {
  return a.line < b.line || (a.line === b.line && a.nth < b.nth);
}
