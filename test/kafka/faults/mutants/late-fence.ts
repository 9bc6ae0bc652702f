import { setTimeout } from "node:timers/promises";
import type { TransactionalProducer } from "../../../../src/log/kafka/transactional-producer.ts";

/** Milliseconds between the restoring of a task and its fence. */
export const lateMs = 3_000;

type Open = typeof TransactionalProducer.open;

/** From now on a producer asks for its transactional id only when it begins its first transaction, and takes its time. */
export async function fenceLate(): Promise<void> {
  const { TransactionalProducer } = await import("../../../../src/log/kafka/transactional-producer.ts");
  const open: Open = TransactionalProducer.open.bind(TransactionalProducer);
  TransactionalProducer.open = async (...given) =>
    new LateProducer(() => open(...given)) as unknown as TransactionalProducer;
}

class LateProducer {
  readonly #open: () => Promise<TransactionalProducer>;
  #opened: Promise<TransactionalProducer> | undefined;

  constructor(open: () => Promise<TransactionalProducer>) {
    this.#open = open;
  }

  async begin(): Promise<void> {
    this.#opened ??= setTimeout(lateMs).then(this.#open);
    await (await this.#opened).begin();
  }

  async send(...given: Parameters<TransactionalProducer["send"]>) {
    return (await this.#opened!).send(...given);
  }

  async commit(): Promise<void> {
    await (await this.#opened!).commit();
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }
}
