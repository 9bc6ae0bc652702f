import type { Codec } from "./codec.ts";
import { gzipCodec } from "./gzip.ts";
import { lz4Codec } from "./lz4.ts";
import { snappyCodec } from "./snappy.ts";
import { zstdCodec } from "./zstd.ts";

/** Names of the codecs and their numbers in a batch's attributes. */
export const compressionTypes = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

export type Compression = keyof typeof compressionTypes;

const codecs: readonly (Codec | undefined)[] = [undefined, gzipCodec, snappyCodec, lz4Codec, zstdCodec];

/** Unpacks what was packed with the codec of this number. */
export async function decompress(type: number, data: Buffer): Promise<Buffer> {
  if (type === compressionTypes.none) return data;
  return codecOf(type).decompress(data);
}

/** The codec of this number. */
export function codecOf(type: number): Codec {
  const codec = codecs[type];
  if (codec === undefined) throw new Error(`the compression ${type} is unknown`);
  return codec;
}
