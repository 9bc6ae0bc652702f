import type { Message, StoredMessage, TopicInfo, TopicSettings } from "../log.ts";
import { partitionFor } from "../partition-for.ts";

/** A message and its place in the order of the whole log. */
export interface Entry {
  readonly sequence: number;
  readonly appendedAt: number;
  readonly message: StoredMessage;
}

/** One topic: its messages in log order. */
export class MemoryTopic {
  readonly name: string;
  settings: TopicSettings;
  bytes = 0;
  #entries: Entry[] = [];
  #starts: number[] = [];
  #ends: number[] = [];
  #turn = 0;

  constructor(name: string, settings: TopicSettings) {
    this.name = name;
    this.settings = settings;
    this.apply(settings);
  }

  apply(settings: TopicSettings): void {
    this.settings = settings;
    while (this.#ends.length < settings.partitions) {
      this.#starts.push(0);
      this.#ends.push(0);
    }
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  range(partition: number): { readonly start: number; readonly end: number } {
    return { start: this.#starts[partition] ?? 0, end: this.#ends[partition] ?? 0 };
  }

  append(sequence: number, message: Message, appendedAt: number): void {
    const partition = this.#partitionOf(message);
    const offset = this.#ends[partition]!;
    const value = new Uint8Array(message.value);
    this.#entries.push({
      sequence,
      appendedAt,
      message: {
        position: { topic: this.name, partition, offset: BigInt(offset) },
        ...(message.key === undefined ? {} : { key: message.key }),
        value,
        headers: { ...message.headers },
        timestamp: message.timestamp ?? appendedAt,
      },
    });
    this.#ends[partition] = offset + 1;
    this.bytes += value.byteLength;
  }

  /** Removes what retention no longer asks for, from the oldest on, up to the first message `isNeeded`. */
  trim(now: number, isNeeded: (message: StoredMessage) => boolean): void {
    const { ageMs = Infinity, bytes = Infinity } = this.settings.retention ?? {};
    let removed = 0;
    for (const { message, appendedAt } of this.#entries) {
      if (this.bytes <= bytes && now - appendedAt <= ageMs) break;
      if (isNeeded(message)) break;
      this.bytes -= message.value.byteLength;
      this.#starts[message.position.partition] = Number(message.position.offset) + 1;
      removed += 1;
    }
    if (removed > 0) this.#entries = this.#entries.slice(removed);
  }

  info(): TopicInfo {
    return {
      name: this.name,
      ...this.settings,
      bytes: this.bytes,
      ranges: this.#ends.map((end, partition) => ({
        partition,
        start: BigInt(this.#starts[partition]!),
        end: BigInt(end),
      })),
    };
  }

  #partitionOf(message: Message): number {
    if (message.partition !== undefined) return message.partition;
    if (message.key !== undefined) return partitionFor(message.key, this.settings.partitions);
    const partition = this.#turn % this.settings.partitions;
    this.#turn = partition + 1;
    return partition;
  }
}
