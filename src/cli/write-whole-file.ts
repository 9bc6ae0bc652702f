import { createWriteStream } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { MagpieError, messageOf } from "../core/errors.ts";

/** Whether something lies at `path`. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Writes a file that appears under its name when it is complete and on disk, and not before; compressed when the name ends
 * in `.gz`. Throws MGP_EXPORT_FAILED, or whatever `blocks` throws; then nothing is left behind.
 */
export async function writeWholeFile(path: string, blocks: AsyncIterable<string>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  let failedInside: unknown;
  async function* watched(): AsyncIterable<string> {
    const iterator = blocks[Symbol.asyncIterator]();
    try {
      for (;;) {
        // Only what is thrown here is of the blocks: a failed write is thrown into this generator where it yields.
        const next = await iterator.next().catch((error) => {
          failedInside = error;
          throw error;
        });
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  try {
    const file = createWriteStream(temporary, { flush: true });
    const text = Readable.from(watched(), { objectMode: false });
    await (path.endsWith(".gz") ? pipeline(text, createGzip(), file) : pipeline(text, file));
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (failedInside !== undefined) throw failedInside;
    const text = `${path} cannot be written: ${messageOf(cause)}; nothing was left behind`;
    throw new MagpieError("MGP_EXPORT_FAILED", text, { cause });
  }
}
