import { MagpieError } from "../core/errors.ts";
import { getOrCreate } from "../core/get-or-create.ts";
import { formatPosition, parsePosition } from "../core/position.ts";
import { readRecord } from "../core/read-record.ts";
import type { MagpieRecord } from "../core/record.ts";
import { type Chunk, headers, type StoredMessage } from "../log/log.ts";
import { traceOf } from "./trace-context.ts";
import { type Item, quarantine, type Work } from "./work.ts";

/** Turns chunks of messages into work, in log order, and numbers it. `read` makes an item of a message; undefined passes it over. */
export class Decoder {
  readonly #read: (message: StoredMessage) => Item | undefined;
  #sequence = 0;

  constructor(read: (message: StoredMessage) => Item | undefined) {
    this.#read = read;
  }

  decode(chunk: Chunk): Work {
    let bytes = 0;
    const items: Item[] = [];
    for (const message of chunk.messages) {
      bytes += message.value.byteLength;
      const item = this.#read(message);
      if (item !== undefined) items.push(item);
    }
    return {
      sequence: this.#sequence++,
      items,
      records: chunk.messages.length,
      bytes,
      ends: endsOf(chunk.messages),
      writes: [],
    };
  }
}

/**
 * Reads the records of a pipeline's sources and advances stream time. What was appended again for another pipeline is passed over:
 * this one has had that record.
 */
export class RecordReader {
  readonly #pipeline: string;
  #streamTime: number;

  constructor(pipeline: string, streamTime: number) {
    this.#pipeline = pipeline;
    this.#streamTime = streamTime;
  }

  read(message: StoredMessage): Item | undefined {
    if (!isFor(this.#pipeline, message)) return undefined;
    const source = formatPosition(message.position);
    const original = message.headers[headers.replayOf] ?? source;
    let record: MagpieRecord | undefined;
    let failure: MagpieError | undefined;
    try {
      // Another attempt is the same record: without an id of its own it is named by its first position, as it was then.
      const read = readRecord(message.value, parsePosition(original) ?? message.position);
      this.#streamTime = Math.max(this.#streamTime, read.provenance.created ?? 0);
      record = read;
    } catch (error) {
      if (!(error instanceof MagpieError)) throw error;
      failure = error;
    }
    const item: Item = {
      position: message.position,
      source,
      original,
      trace: traceOf(message.headers),
      bytes: message.value,
      timestamp: message.timestamp,
      streamTime: this.#streamTime,
      record,
      fate: undefined,
    };
    if (failure !== undefined) quarantine(item, -1, failure.code, failure.message, 1);
    return item;
  }
}

/** False for what was appended again for another pipeline that reads the same topic. */
export function isFor(pipeline: string, message: StoredMessage): boolean {
  const replayFor = message.headers[headers.replayFor];
  return replayFor === undefined || replayFor === pipeline;
}

function endsOf(messages: readonly StoredMessage[]): ReadonlyMap<string, bigint> {
  const byTopic = new Map<string, Map<number, bigint>>();
  for (const { position } of messages) {
    const partitions = getOrCreate(byTopic, position.topic, () => new Map<number, bigint>());
    partitions.set(position.partition, position.offset + 1n);
  }
  const ends = new Map<string, bigint>();
  for (const [topic, partitions] of byTopic)
    for (const [partition, end] of partitions) ends.set(`${topic}/${partition}`, end);
  return ends;
}
