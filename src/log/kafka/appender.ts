import type { Message } from "../log.ts";
import { sendMessages, type Turns } from "./send-messages.ts";
import type { TopicFacts } from "./topic-facts.ts";
import type { TransactionalProducer } from "./transactional-producer.ts";
import type { ValueCodec } from "./value-codec.ts";

export interface AppenderDeps {
  readonly openProducer: () => Promise<TransactionalProducer>;
  readonly facts: TopicFacts;
  readonly codec: ValueCodec;
  /** How many records a topic has had: where the first message without a key goes on. */
  readonly recordsIn: (topic: string) => Promise<bigint>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Appends messages in transactions of their own, one append after the other. */
export class Appender {
  readonly #deps: AppenderDeps;
  readonly #turns: Turns = new Map();
  #producer: TransactionalProducer | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: AppenderDeps) {
    this.#deps = deps;
  }

  /** All of them or none. After MGP_LOG_UNAVAILABLE it may be either. */
  append(topic: string, messages: readonly Message[]): Promise<void> {
    const appended = this.#last.then(() => this.#append(topic, messages));
    this.#last = appended.catch(() => {});
    return appended;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#producer?.close();
  }

  async #append(topic: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const { facts, codec, now } = this.#deps;
    const count = await facts.partitions(topic);
    if (!this.#turns.has(topic))
      this.#turns.set(topic, Number((await this.#deps.recordsIn(topic)) % BigInt(count)));
    this.#producer ??= await this.#deps.openProducer();
    const producer = this.#producer;
    try {
      await producer.begin();
      const outputs = messages.map((message) => ({ ...message, topic }));
      await sendMessages(producer, outputs, facts, this.#turns, codec, now());
      await producer.commit();
    } catch (error) {
      // After an error a producer is of no more use.
      this.#producer = undefined;
      facts.forget();
      await producer.close();
      throw error;
    }
  }
}
