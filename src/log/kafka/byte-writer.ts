/** Writes Kafka's wire format. */
export class ByteWriter {
  readonly #parts: Buffer[] = [];

  int8(value: number): this {
    return this.#write(1, (bytes) => bytes.writeInt8(value));
  }

  int16(value: number): this {
    return this.#write(2, (bytes) => bytes.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.#write(4, (bytes) => bytes.writeInt32BE(value));
  }

  int64(value: bigint): this {
    return this.#write(8, (bytes) => bytes.writeBigInt64BE(value));
  }

  bytes(value: Buffer): this {
    this.#parts.push(value);
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.from(value);
    return this.int16(bytes.length).bytes(bytes);
  }

  /** Of the flexible form: the length, plus one, as a varint. */
  compactBytes(value: Buffer): this {
    return this.#uvarint(value.length + 1).bytes(value);
  }

  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.#uvarint(items.length + 1);
    for (const item of items) write(item);
    return this;
  }

  /** Where tagged fields could stand. */
  noTags(): this {
    return this.int8(0);
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #uvarint(value: number): this {
    let left = value;
    for (; left >= 0x80; left >>>= 7) this.#parts.push(Buffer.of((left & 0x7f) | 0x80));
    this.#parts.push(Buffer.of(left));
    return this;
  }

  #write(length: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.alloc(length);
    write(bytes);
    return this.bytes(bytes);
  }
}
