import type { Results } from "../../core/plugin.ts";
import type { MagpieRecord } from "../../core/record.ts";
import { isRecordError, RecordError } from "../../core/record-error.ts";

/** The results of a call as they cross to another thread. Where another list names an index, `values` holds undefined. */
export interface WireResults {
  /** As the plugin returned it; the caller checks that it is an array of the right length. */
  readonly values: unknown;
  /** Structured clone would lose the class. */
  readonly errors: readonly { readonly index: number; readonly code: string; readonly message: string }[];
  /** Records a transform left as they were: they need not travel back. */
  readonly unchanged: readonly number[];
  /** Byte results, one after the other in `buffer`. */
  readonly bytes: readonly { readonly index: number; readonly length: number }[];
  /**
   * Transferred. The results are copied into it because cloning a view copies all of the memory behind it, which may be a
   * plugin's whole WebAssembly memory.
   */
  readonly buffer: ArrayBuffer;
}

export function toWireResults(results: unknown, batch: readonly MagpieRecord[]): WireResults {
  const errors: WireResults["errors"][number][] = [];
  const unchanged: number[] = [];
  const byteResults: { readonly index: number; readonly value: Uint8Array }[] = [];
  const values = Array.isArray(results) ? Array.from(results, toValue) : results;

  function toValue(result: unknown, index: number): unknown {
    if (isRecordError(result)) errors.push({ index, code: result.code, message: result.message });
    else if (result instanceof Uint8Array) byteResults.push({ index, value: result });
    else if (result !== undefined && result === batch[index]) unchanged.push(index);
    else return result;
    return undefined;
  }

  return {
    values,
    errors,
    unchanged,
    bytes: byteResults.map(({ index, value }) => ({ index, length: value.byteLength })),
    buffer: concatenate(byteResults.map(({ value }) => value)),
  };
}

/** The results again; whether they are an array, and of the right length, is for the caller to check. */
export function fromWireResults(wire: WireResults, batch: readonly MagpieRecord[]): Results<unknown> {
  const { values } = wire;
  if (!Array.isArray(values)) return values as Results<unknown>;
  for (const { index, code, message } of wire.errors) values[index] = new RecordError(code, message);
  for (const index of wire.unchanged) values[index] = batch[index];
  let start = 0;
  for (const { index, length } of wire.bytes) {
    values[index] = new Uint8Array(wire.buffer, start, length);
    start += length;
  }
  return values;
}

function concatenate(parts: readonly Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.byteLength;
  }
  return all.buffer;
}
