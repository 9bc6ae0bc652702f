import { Buffer } from "node:buffer";
import type { TaskId } from "../log.ts";

/** Key of a batch: topic id, sequence of its first message; so batches of a topic are in log order. */
export function batchKey(topicId: number, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(12);
  key.writeUInt32BE(topicId, 0);
  writeUint64(key, sequence, 4);
  return key;
}

export function batchSequence(key: Uint8Array): number {
  return readUint64(key, 4);
}

/** Key of the batch that begins a partition's messages at `offset`. */
export function indexKey(topicId: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(16);
  key.writeUInt32BE(topicId, 0);
  key.writeUInt32BE(partition, 4);
  writeUint64(key, offset, 8);
  return key;
}

export function encodeSequence(sequence: number): Buffer {
  const value = Buffer.allocUnsafe(8);
  writeUint64(value, sequence, 0);
  return value;
}

export function decodeSequence(value: Uint8Array): number {
  return readUint64(value, 0);
}

/** First and last part of all keys of a topic in the tables of batches and of the index. */
export function topicKeyRange(topicId: number): { readonly start: Buffer; readonly end: Buffer } {
  const start = Buffer.allocUnsafe(4);
  start.writeUInt32BE(topicId);
  return { start, end: successor(start) };
}

/** All keys of a pipeline's tasks start with it. Names hold no NUL, so no pipeline's prefix is the start of another's. */
export function pipelinePrefix(pipeline: string): Buffer {
  return Buffer.from(`${pipeline}\0`, "utf8");
}

export function taskKey({ segment, partition }: TaskId): Buffer {
  return Buffer.from(`${segment.pipeline}\0${segment.name}\0${partition}`, "utf8");
}

/** All state keys of a stage start with it. */
export function stagePrefix(pipeline: string, stage: string): Buffer {
  return Buffer.from(`${pipeline}\0${stage}\0`, "utf8");
}

/** Stage and key of a state entry of `pipeline`. */
export function splitStateKey(pipeline: string, stateKey: Buffer): { stage: string; key: Buffer } {
  const stageStart = Buffer.byteLength(pipeline, "utf8") + 1;
  const stageEnd = stateKey.indexOf(0, stageStart);
  return { stage: stateKey.toString("utf8", stageStart, stageEnd), key: stateKey.subarray(stageEnd + 1) };
}

/** The smallest key after all that start with `prefix`. Not every byte of `prefix` may be 255. */
export function successor(prefix: Uint8Array): Buffer {
  const next = Buffer.from(prefix);
  let last = next.length - 1;
  while (next[last] === 255) last -= 1;
  next[last]! += 1;
  return next.subarray(0, last + 1);
}

function writeUint64(target: Buffer, value: number, at: number): void {
  target.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  target.writeUInt32BE(value % 2 ** 32, at + 4);
}

function readUint64(source: Uint8Array, at: number): number {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}
