import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `body` with the path of an empty directory, which is removed afterwards. */
export function inTemporaryDirectory(body: (path: string) => Promise<void>) {
  return async () => {
    const path = await mkdtemp(join(tmpdir(), "magpie-log-"));
    try {
      await body(path);
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  };
}
