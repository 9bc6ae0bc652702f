/** Cuts a stream of bytes into lines, and says so when one is longer than may be. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: (limit: number) => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the longest line that is accepted. */
  limit: number;

  constructor(limit: number, onLine: (line: string) => void, onTooLong: (limit: number) => void) {
    this.limit = limit;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#add(chunk.subarray(start, end));
      start = end + 1;
      this.#endLine();
    }
    this.#add(chunk.subarray(start));
    if (this.#bytes > this.limit) this.#endLine();
  }

  /** What stands behind the last line end. */
  end(): void {
    if (this.#bytes > 0) this.#endLine();
  }

  #add(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#bytes += part.length;
  }

  #endLine(): void {
    const [parts, bytes] = [this.#parts, this.#bytes];
    this.#parts = [];
    this.#bytes = 0;
    if (bytes > this.limit) this.#onTooLong(this.limit);
    else this.#onLine((parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes)).toString("utf8"));
  }
}
