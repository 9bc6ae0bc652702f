import { MagpieError } from "../../core/errors.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { Journal } from "../log.ts";
import { AnswerCache } from "./answer-cache.ts";
import { AnswerFollower, answersPartition, type FollowerDeps } from "./answer-follower.ts";
import type { CrashProbe } from "./crash-probe.ts";
import { retry } from "./retry.ts";
import type { NewRecord } from "./split-records.ts";
import type { TransactionalProducer } from "./transactional-producer.ts";

export interface JournalDeps extends FollowerDeps {
  /** Where this process keeps its copy. */
  readonly folder: string;
  readonly openProducer: () => Promise<TransactionalProducer>;
  /** Makes the topic when it is not there. */
  readonly ensureTopic: () => Promise<void>;
  /** A text that was never given before. */
  readonly uuid: () => string;
  readonly now: () => number;
  readonly probe: CrashProbe | undefined;
}

/**
 * Paid answers on a compacted topic with one partition, shared by all processes. The first answer of a key, in the order of the
 * topic, is the answer. Each process follows the topic in a copy of its own, and looks only there.
 */
export class KafkaJournal implements Journal {
  readonly #deps: JournalDeps;
  #cache: Promise<AnswerCache> | undefined;
  #follower: Promise<AnswerFollower> | undefined;
  /** The look at what others have written, shared by all who ask meanwhile; undefined when one is due: a task was opened here. */
  #look: Promise<void> | undefined;
  #queue: {
    readonly record: NewRecord;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  #sending: Promise<void> | undefined;
  #producer: TransactionalProducer | undefined;

  constructor(deps: JournalDeps) {
    this.#deps = deps;
  }

  /** A task was taken over: what its former owner bought must be seen before anything is bought again. */
  lookAgain(): void {
    this.#look = undefined;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#look ??= this.#lookNow();
    await this.#look;
    return (await this.#opened()).get(sha256Hex(key));
  }

  async put(key: string, answer: Uint8Array): Promise<void> {
    const cache = await this.#opened();
    if (cache.get(sha256Hex(key)) !== undefined) return;
    await this.#deps.probe?.("before-answer");
    await new Promise<void>((done, failed) => {
      this.#queue.push({ record: this.#record(key, answer), done, failed });
      this.#sending ??= this.#send().finally(() => {
        this.#sending = undefined;
      });
    });
    // Another process may have been first; who asks then shall see its answer.
    await this.#catchUp();
    await this.#deps.probe?.("after-answer");
  }

  async size(): Promise<{ readonly answers: number; readonly bytes: number }> {
    if ((await this.#deps.admin.partitions(this.#deps.topic)) === undefined) return { answers: 0, bytes: 0 };
    await this.#catchUp();
    return (await this.#opened()).size;
  }

  async close(): Promise<void> {
    await this.#sending;
    await this.#producer?.close();
    await (await this.#follower?.catch(() => undefined))?.close();
    await (await this.#cache?.catch(() => undefined))?.close();
  }

  /** A look that failed is due again. */
  #lookNow(): Promise<void> {
    const look = this.#catchUp().catch((error: unknown) => {
      if (this.#look === look) this.#look = undefined;
      throw error;
    });
    return look;
  }

  async #catchUp(): Promise<void> {
    const follower = await this.#following();
    try {
      await follower.catchUp();
    } catch (error) {
      // Its topic is gone, or could not be read for long. Another one finds out what is there now.
      if (!follower.hasFailed) throw error;
      await follower.ended;
      await (await this.#following()).catchUp();
    }
  }

  #record(key: string, answer: Uint8Array): NewRecord {
    return {
      key: Buffer.from(`${sha256Hex(key)}${this.#deps.uuid()}`),
      value: Buffer.from(answer),
      headers: { "content-type": "application/json" },
      timestamp: this.#deps.now(),
    };
  }

  #opened(): Promise<AnswerCache> {
    this.#cache ??= AnswerCache.open(this.#deps.folder).catch((error: unknown) => {
      this.#cache = undefined;
      throw error;
    });
    return this.#cache;
  }

  #following(): Promise<AnswerFollower> {
    if (this.#follower !== undefined) return this.#follower;
    const follower = this.#follow();
    this.#follower = follower;
    const forget = () => {
      if (this.#follower !== follower) return;
      this.#follower = undefined;
      this.#look = undefined;
    };
    follower.then(async (started) => {
      await started.ended;
      forget();
      await started.close();
    }, forget);
    return follower;
  }

  async #follow(): Promise<AnswerFollower> {
    await this.#deps.ensureTopic();
    return AnswerFollower.start(this.#deps, await this.#opened());
  }

  /** One transaction after the other, each with all answers that wait. Writing one twice is harmless: the first stays. */
  async #send(): Promise<void> {
    while (this.#queue.length > 0) {
      const taken = this.#queue.splice(0);
      try {
        const records = taken.map(({ record }) => record);
        await retry("journaling answers", async () => {
          try {
            await this.#write(records);
          } catch (error) {
            // Nobody else has this producer's id: the coordinator has given it up, after days without an answer. Another one goes on.
            if (!(error instanceof MagpieError) || error.code !== "MGP_TASK_FENCED") throw error;
            await this.#write(records);
          }
        });
        for (const { done } of taken) done();
      } catch (error) {
        for (const { failed } of taken) failed(error);
      }
    }
  }

  /** Whenever one fails, the topic may be gone too. */
  async #openProducer(): Promise<TransactionalProducer> {
    await this.#deps.ensureTopic();
    return this.#deps.openProducer();
  }

  async #write(records: readonly NewRecord[]): Promise<void> {
    this.#producer ??= await this.#openProducer();
    const producer = this.#producer;
    try {
      await producer.begin();
      await producer.send(this.#deps.topic, answersPartition, records);
      await producer.commit();
    } catch (error) {
      this.#producer = undefined;
      await producer.close();
      throw error;
    }
  }
}
