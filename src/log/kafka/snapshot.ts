import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Database } from "lmdb";
import { MagpieError, messageOf } from "../../core/errors.ts";
import { successor } from "../embedded/keys.ts";
import type { CommittedState, StateWrite } from "../log.ts";
import { acquireRoot, type Root } from "./shared-root.ts";

/** How far a snapshot has followed its changelog. */
export interface SnapshotMark {
  /** Of the changelog; see {@link PositionRecord}. */
  readonly lineage: string;
  /** Offset of the last `position` record that is in it, and the commit that wrote that. */
  readonly position: string;
  readonly commit: number;
  /** Offset of the next changelog record to apply. */
  readonly next: string;
  /** Milliseconds since 1970, of the last write. */
  readonly at: number;
}

/** What the entries amount to, so that a damaged file is noticed: their number and the sum of their checksums. */
interface Content {
  readonly entries: number;
  readonly checksum: number;
}

interface Meta {
  /** Who opened it last: an owner that was stopped for long and wakes must not write over the next one's work. */
  readonly owner: string;
  readonly mark?: SnapshotMark;
  readonly content: Content;
}

const empty: Content = { entries: 0, checksum: 0 };
const checksumRange = 2 ** 32;
const pageEntries = 256;
const metaKey = Buffer.from("meta");

type Table = Database<Buffer, Buffer>;

/** A task's state on the disk of the machine that runs it: a copy of its changelog, which can be made again at any time. */
export class Snapshot implements CommittedState {
  readonly #path: string;
  readonly #root: Root;
  readonly #release: () => Promise<void>;
  readonly #meta: Table;
  readonly #entries: Table;
  readonly #owner: string;

  private constructor(path: string, root: Root, release: () => Promise<void>, owner: string) {
    this.#path = path;
    this.#root = root;
    this.#release = release;
    this.#owner = owner;
    this.#meta = root.openDB<Buffer, Buffer>({ name: "meta", keyEncoding: "binary", encoding: "binary" });
    this.#entries = root.openDB<Buffer, Buffer>({
      name: "entries",
      keyEncoding: "binary",
      encoding: "binary",
    });
  }

  /**
   * Opens the snapshot in a folder for a new owner; from then on no other one can write. One that is damaged is put aside as
   * `FOLDER.damaged`, and an empty one takes its place. Throws MGP_LOG_UNAVAILABLE, MGP_LOG_FULL.
   */
  static async open(path: string, owner: string): Promise<Snapshot> {
    const found = await Snapshot.#tryOpen(path, owner);
    if (found !== undefined) return found;
    await rm(`${path}.damaged`, { recursive: true, force: true });
    await rename(path, `${path}.damaged`);
    const made = await Snapshot.#tryOpen(path, owner);
    if (made === undefined) throw unavailable(path, "the new file is damaged as well");
    return made;
  }

  static async #tryOpen(path: string, owner: string): Promise<Snapshot | undefined> {
    let snapshot: Snapshot;
    try {
      const { root, release } = await acquireRoot(path);
      snapshot = new Snapshot(path, root, release, owner);
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw unavailable(path, messageOf(error), error);
    }
    try {
      const { mark, content } = snapshot.#read();
      if (snapshot.#isWhole(content)) {
        await snapshot.#write(() => snapshot.#putMeta({ owner, content, ...(mark && { mark }) }));
        return snapshot;
      }
    } catch {
      // Whatever reading a damaged file throws: it is made anew from the changelog.
    }
    await snapshot.close();
    return undefined;
  }

  /** Undefined for one that is empty or was not restored to its end. */
  get mark(): SnapshotMark | undefined {
    return this.#read().mark;
  }

  get(stage: string, key: Uint8Array): Uint8Array | undefined {
    return this.#entries.getBinary(entryKey(stage, key));
  }

  *entries(stage: string, prefix: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]> {
    const start = entryKey(stage, prefix);
    const skipped = Buffer.byteLength(stage) + 1;
    for (const { key, value } of this.#range(start, successor(start))) yield [key.subarray(skipped), value];
  }

  /** All entries, sorted by stage and key. */
  *all(): Iterable<{ readonly stage: string; readonly key: Uint8Array; readonly value: Uint8Array }> {
    for (const { key, value } of this.#range(Buffer.of(0), Buffer.of(0xff))) {
      const end = key.indexOf(0);
      yield { stage: key.toString("utf8", 0, end), key: key.subarray(end + 1), value };
    }
  }

  /** Applies writes and moves the mark, both or neither. Throws MGP_TASK_FENCED when another owner has opened it. */
  async apply(writes: readonly StateWrite[], mark: SnapshotMark | undefined): Promise<void> {
    await this.#write(() => {
      const { owner, content } = this.#read();
      if (owner !== this.#owner)
        throw new MagpieError(
          "MGP_TASK_FENCED",
          `the snapshot ${this.#path} was opened by another owner; what this one committed is in the changelog`,
        );
      let { entries, checksum } = content;
      for (const { stage, key, value } of writes) {
        const at = entryKey(stage, key);
        const old = this.#entries.getBinary(at);
        if (old !== undefined) {
          entries--;
          checksum -= checksumOf(at, old);
        }
        if (value === undefined) this.#entries.remove(at);
        else {
          entries++;
          checksum += checksumOf(at, value);
          this.#entries.put(at, Buffer.from(value.buffer, value.byteOffset, value.byteLength));
        }
      }
      this.#putMeta({ owner, content: { entries, checksum: modulo(checksum) }, ...(mark && { mark }) });
    });
  }

  /** Removes all entries and the mark. */
  async clear(): Promise<void> {
    await this.#write(() => {
      this.#entries.clearSync();
      this.#putMeta({ owner: this.#owner, content: empty });
    });
  }

  async close(): Promise<void> {
    await this.#release();
  }

  /** Closes it and removes its folder. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#path, { recursive: true, force: true });
  }

  #read(): Meta {
    const stored = this.#meta.get(metaKey);
    return stored === undefined ? { owner: "", content: empty } : JSON.parse(stored.toString("utf8"));
  }

  #putMeta(meta: Meta): void {
    this.#meta.put(metaKey, Buffer.from(JSON.stringify(meta)));
  }

  #isWhole({ entries, checksum }: Content): boolean {
    let count = 0;
    let sum = 0;
    for (const { key, value } of this.#range(Buffer.of(0), Buffer.of(0xff))) {
      count++;
      sum = modulo(sum + checksumOf(key, value));
    }
    return count === entries && sum === checksum;
  }

  *#range(from: Buffer, end: Buffer): Iterable<{ readonly key: Buffer; readonly value: Buffer }> {
    let start = from;
    for (;;) {
      // A page at once, so that no cursor stays open while the caller works.
      const page = [...this.#entries.getRange({ start, end, limit: pageEntries })];
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageEntries) return;
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  async #write(body: () => void): Promise<void> {
    try {
      await this.#root.childTransaction(body);
    } catch (error) {
      if (error instanceof MagpieError) throw error;
      throw unavailable(this.#path, messageOf(error), error);
    }
  }
}

/** Stage ids hold no NUL, so no stage's keys begin with another's. */
function entryKey(stage: string, key: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(stage), Buffer.of(0), key]);
}

function checksumOf(key: Uint8Array, value: Uint8Array): number {
  return crc32(value, crc32(key));
}

function modulo(sum: number): number {
  return ((sum % checksumRange) + checksumRange) % checksumRange;
}

function isDamage(error: unknown): boolean {
  if (error instanceof MagpieError) return error.code === "MGP_LOG_CORRUPT";
  return /MDB_(CORRUPTED|INVALID|PAGE_NOTFOUND|VERSION_MISMATCH|BAD_DBI|PANIC)|not an LMDB file|Invalid argument/i.test(
    messageOf(error),
  );
}

function unavailable(path: string, reason: string, cause?: unknown): MagpieError {
  return new MagpieError(
    "MGP_LOG_UNAVAILABLE",
    `the snapshot ${path} cannot be used: ${reason}; free the disk or remove the folder, which is made again from the changelog`,
    { cause },
  );
}

/** Where a task's snapshot lies in the folder of snapshots. */
export function snapshotPath(folder: string, segment: string, partition: number): string {
  return join(folder, segment, String(partition));
}
