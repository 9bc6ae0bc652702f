import { rm } from "node:fs/promises";
import type { Database } from "lmdb";
import { MagpieError, messageOf } from "../../core/errors.ts";
import { acquireRoot, type Root } from "./shared-root.ts";

interface Meta {
  /** Of the topic the answers are from; none yet: "". */
  readonly topicId: string;
  /** Offset of the next record to take over. */
  readonly next: string;
  readonly answers: number;
  readonly bytes: number;
}

const none: Meta = { topicId: "", next: "0", answers: 0, bytes: 0 };
const metaKey = Buffer.from("meta");

type Table = Database<Buffer, Buffer>;

/** The journaled answers on the disk of this machine: what the topic holds, up to some offset. Can be made again at any time. */
export class AnswerCache {
  readonly #root: Root;
  readonly #release: () => Promise<void>;
  readonly #meta: Table;
  readonly #answers: Table;

  private constructor(root: Root, release: () => Promise<void>) {
    this.#root = root;
    this.#release = release;
    this.#meta = root.openDB<Buffer, Buffer>({ name: "meta", keyEncoding: "binary", encoding: "binary" });
    this.#answers = root.openDB<Buffer, Buffer>({
      name: "answers",
      keyEncoding: "binary",
      encoding: "binary",
    });
  }

  /** A damaged one is made anew. Throws MGP_LOG_UNAVAILABLE. */
  static async open(path: string): Promise<AnswerCache> {
    try {
      return await AnswerCache.#open(path);
    } catch (cause) {
      throw new MagpieError(
        "MGP_LOG_UNAVAILABLE",
        `the cache of answers ${path} cannot be used: ${messageOf(cause)}; free the disk or remove the folder, which is made again from the topic`,
        { cause },
      );
    }
  }

  static async #open(path: string): Promise<AnswerCache> {
    try {
      const { root, release } = await acquireRoot(path);
      return new AnswerCache(root, release);
    } catch (error) {
      if (!(error instanceof MagpieError)) throw error;
      await rm(path, { recursive: true, force: true });
      const { root, release } = await acquireRoot(path);
      return new AnswerCache(root, release);
    }
  }

  get size(): { readonly answers: number; readonly bytes: number } {
    const { answers, bytes } = this.#read();
    return { answers, bytes };
  }

  get(key: string): Uint8Array | undefined {
    return this.#answers.getBinary(Buffer.from(key));
  }

  /** Takes answers over, in the order of the topic: the first of a key stays. None, if another topic is followed by now. */
  async add(
    topicId: string,
    entries: readonly { readonly key: string; readonly answer: Buffer }[],
    next: bigint,
  ): Promise<void> {
    await this.#root.childTransaction(() => {
      const meta = this.#read();
      if (meta.topicId !== topicId) return;
      let { answers, bytes } = meta;
      for (const { key, answer } of entries) {
        const at = Buffer.from(key);
        if (this.#answers.doesExist(at)) continue;
        this.#answers.put(at, answer);
        answers++;
        bytes += answer.byteLength;
      }
      this.#put({ topicId, next: String(next), answers, bytes });
    });
  }

  /** The offset this topic is to be read from. What is from another one, deleted under the same name, is forgotten. */
  async follow(topicId: string): Promise<bigint> {
    const meta = this.#read();
    if (meta.topicId === topicId) return BigInt(meta.next);
    await this.#root.childTransaction(() => {
      this.#answers.clearSync();
      this.#put({ ...none, topicId });
    });
    return 0n;
  }

  async close(): Promise<void> {
    await this.#release();
  }

  #read(): Meta {
    const stored = this.#meta.get(metaKey);
    return stored === undefined ? none : JSON.parse(stored.toString("utf8"));
  }

  #put(meta: Meta): void {
    this.#meta.put(metaKey, Buffer.from(JSON.stringify(meta)));
  }
}
