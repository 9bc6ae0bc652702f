import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import type { Message, Producer, ProducerRecord, RecordMetadata, Transaction } from "kafkajs";

const require = createRequire(import.meta.url);

type MakeProducer = (options: object) => Producer;

/** What our own producer is made of sends: always to one partition. */
type Send = Omit<ProducerRecord, "messages"> & { messages: (Message & { partition: number })[] };

const breaks = { "joint-sends": jointSends, "sends-at-once": sendsAtOnce, "kept-producer": sendAgain };

/** Has KafkaJS make broken producers from now on. To be called before our own layer is loaded. */
export function breakProducer(mutant: keyof typeof breaks): void {
  if (mutant === "kept-producer") allowAnyState();
  const path = require.resolve("kafkajs/src/producer");
  const make: MakeProducer = require(path);
  require.cache[path]!.exports = ((options) => {
    const producer = make(options);
    return { ...producer, transaction: () => breaks[mutant](producer) };
  }) satisfies MakeProducer;
}

/** All that is to be sent at one time, to whatever partitions, is one `send`. */
async function jointSends(producer: Producer): Promise<Transaction> {
  const transaction = await producer.transaction();
  let gathered: Send[] = [];
  let sending: Promise<RecordMetadata[]> | undefined;
  const sendAll = async () => {
    await setImmediate();
    const sends = gathered;
    gathered = [];
    sending = undefined;
    return transaction.sendBatch({ ...options(sends[0]!), topicMessages: sends });
  };
  return {
    ...transaction,
    async send(given) {
      const send = given as Send;
      gathered.push(send);
      sending ??= sendAll();
      const answers = await sending;
      return answers.filter(
        ({ topicName, partition }) => topicName === send.topic && partition === send.messages[0]!.partition,
      );
    },
  };
}

function options({ timeout, compression }: Send) {
  return { timeout: timeout!, compression: compression! };
}

/** What goes to one partition goes in three sends, none waiting for the other. */
async function sendsAtOnce(producer: Producer): Promise<Transaction> {
  const transaction = await producer.transaction();
  return {
    ...transaction,
    async send(given) {
      const third = Math.ceil(given.messages.length / 3);
      const parts = [0, 1, 2].map((i) => given.messages.slice(i * third, (i + 1) * third));
      const sent = parts
        .filter((messages) => messages.length > 0)
        .map((messages) => transaction.send({ ...given, messages }));
      const answers = (await Promise.all(sent)).flat();
      const first = answers.map(({ baseOffset }) => Number(baseOffset)).sort((a, b) => a - b)[0];
      return [{ ...answers[0]!, baseOffset: String(first) }];
    },
  };
}

/** A commit that brings no answer counts as failed, and all is sent again in a transaction of the same producer. */
async function sendAgain(producer: Producer): Promise<Transaction> {
  let transaction = await producer.transaction();
  const sends: ProducerRecord[] = [];
  return {
    ...transaction,
    async send(given) {
      sends.push(given);
      return transaction.send(given);
    },
    async commit() {
      try {
        await transaction.commit();
      } catch {
        transaction = await producer.transaction();
        for (const send of sends) await transaction.send(send);
        await transaction.commit();
      }
    },
    abort: () => transaction.abort(),
  };
}

interface StateMachine {
  createGuarded<T>(methods: T): T;
  transitionTo(state: string): void;
  state(): string;
}

/** KafkaJS refuses to go on after a failed commit; without that, it would. */
function allowAnyState(): void {
  const path = require.resolve("kafkajs/src/producer/eosManager/transactionStateMachine");
  const make: (options: object) => StateMachine = require(path);
  require.cache[path]!.exports = (options: object): StateMachine => {
    const machine = make(options);
    const transitionTo = machine.transitionTo.bind(machine);
    machine.createGuarded = (methods) => ({ ...methods });
    machine.transitionTo = (state) => {
      if (state === "TRANSACTING" && machine.state() === "COMMITTING") transitionTo("READY");
      transitionTo(state);
    };
    return machine;
  };
}
