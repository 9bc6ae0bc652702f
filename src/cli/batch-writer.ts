import type { Log } from "../log/log.ts";
import type { InputPlace, InputRecord } from "./input/input-record.ts";

/** Appends of a large file: large enough to be quick, small enough that little is repeated. */
const defaultBatchBytes = 8_000_000;

/** Appends one file's records to a topic: all at once while they may still be few enough to be atomic, else in batches. */
export class BatchWriter {
  readonly #log: Pick<Log, "append" | "maxAppendBytes">;
  readonly #topic: string;
  readonly #batchBytes: number;
  #waiting: InputRecord[] = [];
  #waitingBytes = 0;
  #last: InputPlace | undefined;
  #atomic = true;
  #appended = 0;
  #bytes = 0;

  constructor(
    log: Pick<Log, "append" | "maxAppendBytes">,
    topic: string,
    batchBytes: number = defaultBatchBytes,
  ) {
    this.#log = log;
    this.#topic = topic;
    this.#batchBytes = batchBytes;
  }

  /** Records in the log. */
  get appended(): number {
    return this.#appended;
  }

  /** Of the records in the log. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records taken, in the log or not yet. */
  get taken(): { readonly records: number; readonly bytes: number } {
    return { records: this.#appended + this.#waiting.length, bytes: this.#bytes + this.#waitingBytes };
  }

  /** The first place that is not in the log; undefined before the first record. */
  get next(): InputPlace | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) return { line: first.line, nth: first.nth };
    return this.#last && { line: this.#last.line, nth: this.#last.nth + 1 };
  }

  add(record: InputRecord): void {
    this.#waiting.push(record);
    this.#waitingBytes += record.bytes.length;
    this.#last = record;
  }

  /** Appends full batches once the file is known to be too large to be atomic. `fileBytes`: as it lies on disk, if known. */
  async flushFull(fileBytes: number): Promise<void> {
    const { maxAppendBytes } = this.#log;
    if (this.#waitingBytes > maxAppendBytes || fileBytes > maxAppendBytes) this.#atomic = false;
    if (this.#atomic) return;
    while (this.#waitingBytes >= this.#batchBytes) await this.#append(this.#fullBatch());
  }

  /** Appends all that waits. */
  async flush(): Promise<void> {
    if (this.#waiting.length > 0) await this.#append(this.#waiting.length);
  }

  #fullBatch(): number {
    let bytes = 0;
    let count = 0;
    while (bytes < this.#batchBytes) bytes += this.#waiting[count++]!.bytes.length;
    return count;
  }

  async #append(count: number): Promise<void> {
    const batch = this.#waiting.slice(0, count);
    await this.#log.append(
      this.#topic,
      batch.map((record) => ({ value: record.bytes })),
    );
    const bytes = batch.reduce((sum, record) => sum + record.bytes.length, 0);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingBytes -= bytes;
    this.#appended += batch.length;
    this.#bytes += bytes;
  }
}
