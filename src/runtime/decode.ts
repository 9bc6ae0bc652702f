import { MagpieError } from "../core/errors.ts";
import { formatPosition, parsePosition } from "../core/position.ts";
import { readRecord } from "../core/read-record.ts";
import type { MagpieRecord } from "../core/record.ts";
import { type Chunk, headers, type StoredMessage } from "../log/log.ts";
import { type Item, quarantine, type Work } from "./work.ts";

/** Turns chunks of messages into work, in log order: reads the records, advances stream time, numbers the chunks. */
export class Decoder {
  #sequence = 0;
  #streamTime: number;

  constructor(streamTime: number) {
    this.#streamTime = streamTime;
  }

  decode(chunk: Chunk): Work {
    let bytes = 0;
    const items: Item[] = [];
    for (const message of chunk.messages) {
      bytes += message.value.byteLength;
      items.push(this.#item(message));
    }
    return { sequence: this.#sequence++, items, bytes, writes: [] };
  }

  #item(message: StoredMessage): Item {
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
