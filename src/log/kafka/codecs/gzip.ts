import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Codec } from "./codec.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export const gzipCodec: Codec = { compress: (data) => pack(data), decompress: (data) => unpack(data) };
