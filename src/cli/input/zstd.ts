import { pipeline, Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";

// Compressed bytes given to fzstd at once: zstd can expand a thousandfold, and what one call gives is held.
const sliceBytes = 64 * 1024;

/** Decompresses a zstd stream (also several frames in a row) without holding it whole. */
export function zstdDecompress(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return hasZstd(zlib) ? inNode(source, zlib.createZstdDecompress()) : inJavaScript(source);
}

/** Node has zstd from 22.15 and 23.8 on. */
function hasZstd(module: object): module is { createZstdDecompress(): Transform } {
  return "createZstdDecompress" in module;
}

async function* inNode(
  source: AsyncIterable<Uint8Array>,
  decompressor: Transform,
): AsyncIterable<Uint8Array> {
  // An error of either end reaches the loop below; nothing is left for the callback.
  pipeline(Readable.from(source, { objectMode: false }), decompressor, () => {});
  for await (const chunk of decompressor) yield chunk as Uint8Array;
}

async function* inJavaScript(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = [];
  const decompressor = new Decompress((data) => {
    if (data.length > 0) ready.push(data);
  });
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length; start += sliceBytes) {
      decompressor.push(chunk.subarray(start, start + sliceBytes));
      yield* ready.splice(0);
    }
  }
  decompressor.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}
