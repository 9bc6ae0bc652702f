import { Buffer } from "node:buffer";
import { sha256Hex } from "../../core/sha256.ts";
import type { Journal } from "../log.ts";
import { asBuffer } from "./as-buffer.ts";
import type { Probe } from "./crash-point.ts";
import type { Environment } from "./environment.ts";
import { storeError } from "./store-error.ts";

const totalsKey = Buffer.from("answers");

/** Longer keys are kept as their hash: LMDB's are limited. */
const maxKeyBytes = 1024;

interface Totals {
  readonly answers: number;
  readonly bytes: number;
}

/** Paid answers in the store. */
export class EmbeddedJournal implements Journal {
  readonly #environment: Environment;
  readonly #probe: Probe | undefined;

  constructor(environment: Environment, probe: Probe | undefined) {
    this.#environment = environment;
    this.#probe = probe;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#environment.refresh();
    return this.#environment.answers.getBinary(storedKey(key));
  }

  async put(key: string, answer: Uint8Array): Promise<void> {
    const doing = "journaling an answer";
    try {
      this.#probe?.("before-answer");
    } catch (error) {
      throw storeError(this.#environment.path, doing, error);
    }
    await this.#environment.write(doing, true, () => {
      if (this.#environment.answers.doesExist(storedKey(key))) return;
      this.#environment.answers.put(storedKey(key), asBuffer(answer));
      const { answers, bytes } = this.#totals();
      const totals: Totals = { answers: answers + 1, bytes: bytes + answer.byteLength };
      this.#environment.meta.put(totalsKey, Buffer.from(JSON.stringify(totals)));
    });
    this.#probe?.("after-answer");
  }

  async size(): Promise<Totals> {
    this.#environment.refresh();
    return this.#totals();
  }

  #totals(): Totals {
    const stored = this.#environment.meta.get(totalsKey);
    return stored === undefined ? { answers: 0, bytes: 0 } : JSON.parse(stored.toString());
  }
}

function storedKey(key: string): Buffer {
  const bytes = Buffer.from(key, "utf8");
  return bytes.length > 0 && bytes.length <= maxKeyBytes ? bytes : Buffer.from(`sha256:${sha256Hex(bytes)}`);
}
