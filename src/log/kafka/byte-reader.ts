/** Reads Kafka's wire format from a buffer, front to back. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#move(1));
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#move(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#move(4));
  }

  int64(): bigint {
    return this.#buffer.readBigInt64BE(this.#move(8));
  }

  string(): string {
    return this.bytes(this.int16()).toString("utf8");
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#move(length);
    return this.#buffer.subarray(start, start + length);
  }

  array<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  /** Of the flexible form: the length, plus one, as a varint; nothing where that is 0. */
  compactBytes(): Buffer {
    return this.bytes(Math.max(0, this.uvarint() - 1));
  }

  compactArray<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.uvarint() - 1) }, read);
  }

  /** Passes over tagged fields. */
  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.bytes(this.uvarint());
    }
  }

  /** A number of at most 32 bits. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#buffer[this.#at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** A zigzag number of at most 32 bits. */
  varint(): number {
    const value = this.uvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A zigzag number that is exact up to 2^53. */
  varlong(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#buffer[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }

  /** Bytes behind their length as a varint; null where that is negative. */
  varbytes(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.bytes(length);
  }

  #move(length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#buffer.length) throw new RangeError("a message of the broker ends too soon");
    return start;
  }
}
