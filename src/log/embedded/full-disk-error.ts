import { Buffer } from "node:buffer";
import { open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

const stepBytes = 1 << 20;

/** Larger than what a commit adds to the file. */
const steps = 64;

/**
 * Why the store's file cannot grow; undefined when it can. LMDB reports a write that was cut short by a full disk or a
 * file size limit as an input/output error, so this tries to write as far and as much.
 */
export async function fullDiskError(path: string): Promise<unknown> {
  const { size } = await stat(join(path, "data.mdb"));
  return tryWriting(path, size, steps);
}

/** Why a new store cannot be made; undefined when it can. LMDB ends the process when the first pages do not fit. */
export function noSpaceError(path: string): Promise<unknown> {
  return tryWriting(path, 0, 1);
}

async function tryWriting(path: string, offset: number, count: number): Promise<unknown> {
  const probe = join(path, `space-probe-${process.pid}`);
  const file = await open(probe, "w");
  try {
    // Its space comes back when it is closed, whatever becomes of this process.
    await unlink(probe);
    const step = Buffer.alloc(stepBytes);
    for (let i = 0; i < count; i++) {
      const { bytesWritten } = await file.write(step, 0, stepBytes, offset + i * stepBytes);
      if (bytesWritten < stepBytes) await file.write(step, 0, 1, offset + i * stepBytes + bytesWritten);
    }
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await file.close();
  }
}
