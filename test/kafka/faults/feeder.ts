import { setTimeout } from "node:timers/promises";
import type { Log } from "../../../src/log/log.ts";
import { inputRecord } from "./input-records.ts";

/** Records of one append, and milliseconds between two. */
export interface Rate {
  readonly records: number;
  readonly everyMs: number;
}

/** Appends records to a topic, in a transaction each time, as a sampler does. */
export class Feeder {
  readonly #log: Log;
  readonly #topic: string;
  #next = 0;
  #going: Promise<void> | undefined;
  #stopped = false;

  constructor(log: Log, topic: string) {
    this.#log = log;
    this.#topic = topic;
  }

  /** Appends at once. After an error of the brokers nobody knows whether they took it; what is in the topic counts. */
  async append(records: number): Promise<void> {
    const from = this.#next;
    this.#next += records;
    const values = Array.from({ length: records }, (_, i) => ({ value: inputRecord(from + i) }));
    await this.#log.append(this.#topic, values).catch(() => {});
  }

  /** Appends again and again until `stop`. */
  start({ records, everyMs }: Rate): void {
    this.#stopped = false;
    this.#going ??= (async () => {
      while (!this.#stopped) {
        await this.append(records);
        await setTimeout(everyMs);
      }
      this.#going = undefined;
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
  }
}
