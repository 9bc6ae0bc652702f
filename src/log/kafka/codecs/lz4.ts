import { compressFrame, decompressFrame } from "lz4-napi";
import type { Codec } from "./codec.ts";

/** Kafka takes LZ4's frame format with independent blocks, which is what the library writes. */
export const lz4Codec: Codec = {
  compress: (data) => compressFrame(data),
  decompress: (data) => decompressFrame(data),
};
