import { compress, uncompress } from "snappy";
import type { Codec } from "./codec.ts";

/**
 * Java clients frame snappy: this, two versions of 4 bytes, then blocks, each behind its length. Other clients, and this one,
 * write one block and no frame; brokers and clients read both.
 */
const frameMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const frameHeaderBytes = 16;

export const snappyCodec: Codec = {
  compress: (data) => compress(data),

  async decompress(data) {
    if (!data.subarray(0, frameMagic.length).equals(frameMagic)) return unpack(data);
    const blocks: Buffer[] = [];
    for (let at = frameHeaderBytes; at < data.length; ) {
      const end = at + 4 + data.readInt32BE(at);
      blocks.push(await unpack(data.subarray(at + 4, end)));
      at = end;
    }
    return Buffer.concat(blocks);
  },
};

async function unpack(block: Buffer): Promise<Buffer> {
  const data = await uncompress(block, { asBuffer: true });
  return Buffer.from(data);
}
