import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { addAbortSignal, pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { MagpieError, messageOf } from "../../core/errors.ts";
import { zstdDecompress } from "./zstd.ts";

const readBytes = 1024 * 1024;

/** A file's decompressed bytes. */
export interface OpenInput {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes of the file as it lies on disk; undefined for standard input and pipes. */
  readonly size: number | undefined;
  /** Bytes of it read so far. */
  read(): number;
}

/**
 * Opens a file, or standard input for `-`. What begins like gzip or zstd, or is named `.gz` or `.zst`, is decompressed.
 * Throws MGP_INPUT_NOT_FOUND; reading throws MGP_INPUT_MALFORMED for a broken archive, an AbortError on `signal`.
 */
export async function openInput(file: string, stdin: Readable, signal: AbortSignal): Promise<OpenInput> {
  const isStdin = file === "-";
  const size = isStdin ? undefined : await sizeOf(file);
  let read = 0;
  async function* raw(): AsyncIterable<Uint8Array> {
    const stream = isStdin ? stdin : createReadStream(file, { highWaterMark: readBytes });
    addAbortSignal(signal, stream);
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
        read += chunk.length;
        yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      }
    } catch (error) {
      throw signal.aborted ? error : notReadable(file, error);
    }
  }
  return { chunks: decompressed(file, raw(), signal), size, read: () => read };
}

/** Throws MGP_INPUT_NOT_FOUND when the file is not there, is a directory or may not be read. */
export async function checkReadable(file: string): Promise<void> {
  if (file === "-") return;
  await sizeOf(file);
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw notReadable(file, error);
  });
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Error("it is a directory; name the files in it");
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    throw notReadable(file, error);
  }
}

function notReadable(file: string, error: unknown): MagpieError {
  const code = (error as NodeJS.ErrnoException).code;
  const why =
    code === "ENOENT"
      ? "there is no such file"
      : code === "EACCES"
        ? "permission denied"
        : code === "EISDIR"
          ? "it is a directory; name the files in it"
          : messageOf(error);
  return new MagpieError("MGP_INPUT_NOT_FOUND", `cannot read ${file}: ${why}`, { cause: error });
}

async function* decompressed(
  name: string,
  raw: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { head, rest } = await peek(raw, 4);
  const format = archiveFormat(name, head);
  if (format === undefined || head.length === 0) {
    yield* rest;
    return;
  }
  try {
    yield* format === "gzip" ? gunzip(rest) : zstdDecompress(rest);
  } catch (error) {
    if (error instanceof MagpieError || signal.aborted) throw error;
    throw new MagpieError(
      "MGP_INPUT_MALFORMED",
      `${name}: cannot be decompressed as ${format}: ${messageOf(error)}; the file is damaged, cut short, or not ${format}`,
      { cause: error },
    );
  }
}

function archiveFormat(name: string, head: Uint8Array): "gzip" | "zstd" | undefined {
  if (name.endsWith(".gz") || (head[0] === 0x1f && head[1] === 0x8b)) return "gzip";
  const isZstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return name.endsWith(".zst") || isZstd ? "zstd" : undefined;
}

/** The first `count` bytes (fewer when there are no more), and the whole stream including them. */
async function peek(source: AsyncIterable<Uint8Array>, count: number) {
  const iterator = source[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let size = 0;
  while (size < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    taken.push(next.value);
    size += next.value.length;
  }
  async function* rest(): AsyncIterable<Uint8Array> {
    yield* taken.splice(0);
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: Buffer.concat(taken).subarray(0, count), rest: rest() };
}

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let fed = 0;
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      fed += chunk.length;
      yield chunk;
    }
  }
  const gunzipper = createGunzip({ chunkSize: readBytes });
  // An error of either end reaches the loop below; nothing is left for the callback.
  pipeline(Readable.from(counted(), { objectMode: false }), gunzipper, () => {});
  for await (const chunk of gunzipper) yield chunk as Uint8Array;
  // zlib stops at bytes that are not another member, and says nothing.
  if (gunzipper.bytesWritten < fed) throw new Error("there are other bytes after the compressed data");
}
