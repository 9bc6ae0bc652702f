import { MagpieError } from "../core/errors.ts";
import type { MagpieRecord } from "../core/record.ts";
import { CallFailure } from "./call-failure.ts";

/** What a stateful stage's `prepare` gave for an item, ahead of its admission. */
export type Prepared = Uint8Array | CallFailure;

/** How an item travels from one segment of a pipeline to the next. */
export type Frame = { readonly streamTime: number } & (
  | {
      /** Still under consideration. */
      readonly kind: "live";
      readonly record: MagpieRecord;
      /** The original bytes. */
      readonly bytes: Uint8Array;
      readonly prepared: readonly PreparedStage[];
    }
  /** Decided: the message it came to, as the last segment shall write it. */
  | {
      readonly kind: "settled";
      readonly topic: string;
      readonly key: string;
      readonly schema: string;
      readonly value: Uint8Array;
    }
);

/** With what shaped it: bytes that an edited stage would make differently are made again. */
export interface PreparedStage {
  readonly stage: string;
  readonly fingerprint: string;
  readonly result: Prepared;
}

type Head = { readonly streamTime: number } & (
  | {
      readonly kind: "live";
      readonly lengths: readonly [number, number];
      readonly prepared: readonly PreparedHead[];
    }
  | { readonly kind: "settled"; readonly topic: string; readonly key: string; readonly schema: string }
);

type PreparedHead = Pick<PreparedStage, "stage" | "fingerprint"> & {
  readonly length?: number;
  readonly failure?: { readonly code: string; readonly message: string; readonly attempts: number };
};

const lengthBytes = 4;

/** A little-endian u32, the length of the head; the head as JSON; then, one after the other, what the head gives lengths of. */
export function encodeFrame(frame: Frame): Uint8Array {
  if (frame.kind === "settled") {
    const { value, ...head } = frame;
    return joined(head, [value]);
  }
  const record = Buffer.from(JSON.stringify(frame.record));
  const head: Head = {
    streamTime: frame.streamTime,
    kind: "live",
    lengths: [record.byteLength, frame.bytes.byteLength],
    prepared: frame.prepared.map(({ stage, fingerprint, result }) =>
      result instanceof CallFailure
        ? { stage, fingerprint, failure: { ...result } }
        : { stage, fingerprint, length: result.byteLength },
    ),
  };
  const prepared = frame.prepared.flatMap(({ result }) => (result instanceof CallFailure ? [] : [result]));
  return joined(head, [record, frame.bytes, ...prepared]);
}

function joined(head: Head, parts: readonly Uint8Array[]): Uint8Array {
  const encoded = Buffer.from(JSON.stringify(head));
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32LE(encoded.byteLength);
  return Buffer.concat([length, encoded, ...parts]);
}

/** Throws MGP_FRAME_DAMAGED for bytes that no segment of ours wrote. */
export function decodeFrame(bytes: Uint8Array, where: string): Frame {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = lengthBytes + buffer.readUInt32LE(0);
    const head = JSON.parse(buffer.toString("utf8", lengthBytes, start)) as Head;
    return head.kind === "settled"
      ? { ...head, value: bytes.subarray(start) }
      : liveFrame(head, buffer, start);
  } catch (cause) {
    throw new MagpieError(
      "MGP_FRAME_DAMAGED",
      `${where} is not what a segment writes: an internal topic holds only what magpie-stream put there; find out who else writes to it`,
      { cause },
    );
  }
}

function liveFrame(head: Extract<Head, { kind: "live" }>, buffer: Buffer, start: number): Frame {
  let at = start;
  const take = (length: number): Buffer => {
    if (at + length > buffer.byteLength) throw new RangeError("the frame is too short");
    at += length;
    return buffer.subarray(at - length, at);
  };
  const record = JSON.parse(take(head.lengths[0]).toString("utf8")) as MagpieRecord;
  const bytes = take(head.lengths[1]);
  const prepared = head.prepared.map(({ stage, fingerprint, length, failure }): PreparedStage => {
    const result =
      failure === undefined
        ? take(length ?? 0)
        : new CallFailure(failure.code, failure.message, failure.attempts);
    return { stage, fingerprint, result };
  });
  return { streamTime: head.streamTime, kind: "live", record, bytes, prepared };
}
