import { withCluster } from "../scripts/kafka/with-cluster.ts";
import { runInChild } from "./child.ts";
import { prepareQuix, runQuix } from "./kafka/quix-run.ts";
import type { KafkaRun } from "./kafka/settings.ts";
import { printMachine } from "./machine.ts";
import type { Measured } from "./measured.ts";
import { atLeast } from "./minhash/goals.ts";
import { numberOptions } from "./options.ts";
import { median } from "./statistics.ts";
import { formatWhole, table } from "./table.ts";

const rounds = 3;

interface Contender {
  readonly name: string;
  run(run: KafkaRun): Promise<Measured>;
}

/**
 * `npm run bench -- kafka`: records of 1 KiB through one broker, a commit every 250 ms: a bare KafkaJS loop, our pipeline without a
 * stage and with six, and Quix Streams exactly-once where Python and pip are there. One partition and four; the contenders
 * take turns, each in a process of its own; medians of three rounds.
 */
export async function benchKafka(args: readonly string[]): Promise<void> {
  const { records } = numberOptions(args, { records: 100_000 });
  printMachine();
  const contenders = [...ours, ...quix()];
  await withCluster(async (brokers) => {
    for (const partitions of [1, 4]) await compare(brokers, partitions, records, contenders);
  });
}

const ours: readonly Contender[] = [
  { name: "KafkaJS loop", run: (run) => runInChild("kafkaJsLoop", run) },
  { name: "pass-through", run: (run) => runInChild("kafkaPipeline", { ...run, what: "pass-through" }) },
  { name: "six plugins", run: (run) => runInChild("kafkaPipeline", { ...run, what: "six plugins" }) },
];

function quix(): readonly Contender[] {
  try {
    const python = prepareQuix();
    return [{ name: "Quix Streams, exactly-once", run: (run) => runQuix(python, run) }];
  } catch (error) {
    console.log(`Left out: Quix Streams (${(error as Error).message.split("\n")[0]}).`);
    return [];
  }
}

async function compare(
  brokers: readonly string[],
  partitions: number,
  records: number,
  contenders: readonly Contender[],
): Promise<void> {
  const id = `bench-${process.pid}-${partitions}`;
  const runOf = (target: string): KafkaRun => ({
    brokers,
    source: id,
    target: `${id}-${target}`,
    partitions,
    records,
  });
  const rates = new Map<string, number[]>();
  const cpus = new Map<string, number[]>();
  await runInChild("fillTopic", runOf("0"));
  for (let round = 0; round < rounds; round++)
    for (const [i, { name, run }] of contenders.entries()) {
      const target = runOf(`${round}-${i}`);
      await runInChild("fillTopic", { ...target, records: 0 });
      const measured = await run(target);
      rates.set(name, [...(rates.get(name) ?? []), (records * 1000) / measured.wallMs]);
      cpus.set(name, [...(cpus.get(name) ?? []), (measured.cpuMs * 1000) / records]);
    }
  const rateOf = (name: string) => median(rates.get(name) ?? []);
  const rows = contenders.map(({ name }) => [
    name,
    formatWhole(rateOf(name)),
    median(cpus.get(name)!).toFixed(1),
  ]);
  console.log(
    `\n${formatWhole(records)} records of 1 KiB, ${partitions} ${partitions === 1 ? "partition" : "partitions"}:\n`,
  );
  console.log(table(["", "messages/s", "client CPU µs/message"], rows));
  const pass = rateOf("pass-through");
  console.log(`\n- ${atLeast("× the KafkaJS loop, pass-through", pass / rateOf("KafkaJS loop"), 0.9)}`);
  const peer = rates.get("Quix Streams, exactly-once");
  if (peer !== undefined) console.log(`- ${atLeast("× Quix Streams, pass-through", pass / median(peer), 1)}`);
}
