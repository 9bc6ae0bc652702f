const blockBytes = 1_048_576;

/** The most bytes one UTF-16 unit takes in UTF-8. */
const bytesPerUnit = 3;

/**
 * Encodes texts as UTF-8, many into one block of memory: an allocation for each costs more than its encoding. What is
 * encoded stays as it is; a block is freed when nothing in it is used any more.
 */
export class BlockEncoder {
  #block = Buffer.alloc(0);
  #used = 0;

  encode(text: string): Uint8Array {
    const most = text.length * bytesPerUnit;
    if (this.#block.length - this.#used < most) {
      this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, most));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += this.#block.write(text, start, "utf8");
    return this.#block.subarray(start, this.#used);
  }
}
