import { Zstd } from "@hpcc-js/wasm-zstd";
import type { Codec } from "./codec.ts";

let loading: Promise<Zstd> | undefined;

/** WebAssembly, because Node has zstd of its own only from version 22.15 on. */
function zstd(): Promise<Zstd> {
  loading ??= Zstd.load();
  return loading;
}

export const zstdCodec: Codec = {
  compress: async (data) => asBuffer((await zstd()).compress(data)),
  decompress: async (data) => asBuffer((await zstd()).decompress(data)),
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
