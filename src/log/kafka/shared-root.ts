import { mkdir, realpath } from "node:fs/promises";
import { open, type RootDatabase } from "lmdb";
import { checkDataFile } from "../embedded/check-data-file.ts";

/** Address space reserved for a memory map; LMDB takes more when a store outgrows it. */
const mapBytes = 2 ** 38;

export type Root = RootDatabase<Buffer, Buffer>;

interface Shared {
  readonly root: Root;
  users: number;
}

const shared = new Map<string, Shared>();
const closing = new Map<string, Promise<void>>();

/**
 * The LMDB environment in a folder, made when it does not exist, and how to give it back. LMDB must not open a file twice in one
 * process, and here an owner may be fenced by another one beside it. Throws MGP_LOG_CORRUPT, and what LMDB throws.
 */
export async function acquireRoot(path: string): Promise<{ readonly root: Root; release(): Promise<void> }> {
  await mkdir(path, { recursive: true });
  const key = await realpath(path);
  await closing.get(key);
  let entry = shared.get(key);
  if (entry === undefined) {
    await checkDataFile(path);
    entry = { root: openRoot(path), users: 0 };
    shared.set(key, entry);
  }
  const taken = entry;
  taken.users += 1;
  return {
    root: taken.root,
    async release() {
      taken.users -= 1;
      if (taken.users > 0) return;
      shared.delete(key);
      const closed = taken.root.close().finally(() => closing.delete(key));
      closing.set(
        key,
        closed.catch(() => {}),
      );
      await closed;
    },
  };
}

function openRoot(path: string): Root {
  return open<Buffer, Buffer>({
    path,
    // A directory, also when its name has a dot in it.
    noSubdir: false,
    keyEncoding: "binary",
    encoding: "binary",
    maxDbs: 4,
    mapSize: mapBytes,
    // What is here can be made again: the disk is synced in the background, in an order that a power failure cannot break.
    overlappingSync: true,
    // With it, the package leaves a promise that nobody handles whenever a commit fails.
    eventTurnBatching: false,
  });
}
