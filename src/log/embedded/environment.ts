import { realpath } from "node:fs/promises";
import { type Database, open, type RootDatabase } from "lmdb";
import { MagpieError } from "../../core/errors.ts";
import { Wakeup } from "../wakeup.ts";
import { checkDataFile } from "./check-data-file.ts";
import { fullDiskError, noSpaceError } from "./full-disk-error.ts";
import { type FileSystemType, prepareDirectory } from "./prepare-directory.ts";
import { storeError } from "./store-error.ts";

/** Raised whenever an older version of magpie-stream could not read what is written. */
const storeVersion = 1;

/** Address space reserved for the memory map; LMDB takes more when a store outgrows it. */
const mapBytes = 2 ** 38;

/** Keys and values as bytes. */
export type Table = Database<Buffer, Buffer>;

// Not in the package's type declarations.
interface Syncing {
  sync(callback: (error?: Error) => void): void;
}

/** The store's LMDB environment and its tables. One per directory and process, shared by all logs opened on it. */
export class Environment {
  readonly path: string;
  /** `version`, `sequence` (of the next message), `topic` (id of the next topic), `answers`: numbers as JSON. */
  readonly meta: Table;
  /** Topic name → {@link TopicRecord}. */
  readonly topics: Table;
  readonly batches: Table;
  readonly index: Table;
  /** Task → its sources; the tasks whose unread messages retention must keep. */
  readonly tasks: Table;
  readonly leases: Table;
  readonly checkpoints: Table;
  readonly state: Table;
  readonly answers: Table;
  readonly wakeup = new Wakeup();
  readonly #root: RootDatabase<Buffer, Buffer>;

  constructor(path: string, root: RootDatabase<Buffer, Buffer>) {
    this.path = path;
    this.#root = root;
    const table = (name: string): Table =>
      root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" });
    this.meta = table("meta");
    this.topics = table("topics");
    this.batches = table("batches");
    this.index = table("index");
    this.tasks = table("tasks");
    this.leases = table("leases");
    this.checkpoints = table("checkpoints");
    this.state = table("state");
    this.answers = table("answers");
  }

  /**
   * Runs `body` in a write transaction, waiting for the writers before it without blocking; all of its writes become
   * visible, or none when it throws. `flush` tells whether they are on disk when the promise resolves. Throws what `body`
   * throws, MGP_LOG_FULL, MGP_LOG_CORRUPT, MGP_LOG_UNAVAILABLE.
   */
  async write<T>(doing: string, flush: boolean, body: () => T): Promise<T> {
    let result: T;
    try {
      result = await this.#root.childTransaction(body);
    } catch (error) {
      throw storeError(this.path, doing, await reasonOf(this.path, error));
    }
    if (flush) await this.#flush(doing);
    return result;
  }

  /** Runs `body`, which only reads. Throws what `body` throws, MGP_LOG_CORRUPT, MGP_LOG_UNAVAILABLE. */
  read<T>(doing: string, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw storeError(this.path, doing, error);
    }
  }

  /** Lets the next reads see what other processes have written. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  /** A snapshot for reads that belong together; `done()` ends it. Holds on to old pages meanwhile. */
  snapshot() {
    return this.#root.useReadTransaction();
  }

  async close(): Promise<void> {
    await this.#flush("closing");
    await this.#root.close();
  }

  #flush(doing: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const root = this.#root as RootDatabase<Buffer, Buffer> & Syncing;
      root.sync((error) => (error === undefined ? resolve() : reject(this.#notFlushed(doing, error))));
    });
  }

  #notFlushed(doing: string, cause: Error): MagpieError {
    return new MagpieError(
      "MGP_LOG_UNAVAILABLE",
      `${doing} in the store ${this.path}: it was written, but the disk did not confirm it (${cause.message}); check the disk, then open the store again to see what it holds`,
      { cause },
    );
  }
}

/** EIO, as LMDB passes it on. */
const inputOutputError = 5;

/** Why a transaction failed: lmdb wraps the reason in a promise that is rejected with it. */
async function reasonOf(path: string, error: unknown): Promise<unknown> {
  let cause = error;
  if (error instanceof Error && "commitError" in error)
    await Promise.resolve(error.commitError).catch((reason: unknown) => {
      cause = reason;
    });
  if (!(cause instanceof Error && "code" in cause && cause.code === inputOutputError)) return cause;
  return (await fullDiskError(path)) ?? cause;
}

interface Shared {
  readonly environment: Promise<Environment>;
  users: number;
}

const shared = new Map<string, Shared>();

/** Environments being closed: LMDB must not open a file twice in one process. */
const closing = new Map<string, Promise<void>>();

/** The environment at `path`, and how to give it back. Throws MGP_LOG_* as {@link openEmbeddedLog} tells. */
export async function acquireEnvironment(
  path: string,
  typeOf: FileSystemType,
): Promise<{ readonly environment: Environment; release(): Promise<void> }> {
  await prepareDirectory(path, typeOf);
  const key = await realpath(path);
  await closing.get(key);
  const entry = shared.get(key) ?? { environment: openEnvironment(path), users: 0 };
  shared.set(key, entry);
  entry.users += 1;
  const release = async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(key);
    const closed = entry.environment.then((environment) => environment.close());
    closing.set(
      key,
      closed.catch(() => {}).finally(() => closing.delete(key)),
    );
    await closed;
  };
  try {
    return { environment: await entry.environment, release };
  } catch (error) {
    shared.delete(key);
    throw error;
  }
}

async function openEnvironment(path: string): Promise<Environment> {
  try {
    const isNew = !(await checkDataFile(path));
    const noSpace = isNew ? await noSpaceError(path) : undefined;
    if (noSpace !== undefined) throw noSpace;
    const root = openRoot(path);
    try {
      const environment = new Environment(path, root);
      await checkVersion(environment);
      return environment;
    } catch (error) {
      await root.close();
      throw error;
    }
  } catch (error) {
    throw storeError(path, "opening", await reasonOf(path, error));
  }
}

function openRoot(path: string): RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({
    path,
    // A directory, also when its name has a dot in it.
    noSubdir: false,
    keyEncoding: "binary",
    encoding: "binary",
    maxDbs: 16,
    mapSize: mapBytes,
    // On for every process and setting: one that opened the store without it could reuse pages that another has not
    // flushed yet, and would not go back to the last flushed commit after a power failure.
    overlappingSync: true,
    // With it, the package leaves a promise that nobody handles whenever a commit fails.
    eventTurnBatching: false,
  });
}

async function checkVersion(environment: Environment): Promise<void> {
  const key = Buffer.from("version");
  const stored = environment.meta.get(key);
  if (stored === undefined) {
    await environment.write("opening", true, () => {
      environment.meta.put(key, Buffer.from(JSON.stringify(storeVersion)));
    });
    return;
  }
  const version = Number(stored.toString());
  if (version <= storeVersion) return;
  throw new MagpieError(
    "MGP_LOG_VERSION",
    `the store ${environment.path} has format ${version}, this magpie-stream knows formats up to ${storeVersion}; use the newer magpie-stream that wrote it`,
  );
}
