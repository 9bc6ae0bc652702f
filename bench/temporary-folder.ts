import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives `body` a new folder under the system's temporary one and removes it afterwards, also when `body` throws. */
export async function withTemporaryFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "magpie-bench-"));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Throws when less than `bytes` are free where temporary folders are made. */
export function assertFreeBytes(bytes: number): void {
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < bytes)
    throw new Error(
      `${tmpdir()} has ${megabytes(bavail * bsize)} MB free, ${megabytes(bytes)} MB are needed: free some, or set TMPDIR to a disk that has them`,
    );
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1e6);
}
