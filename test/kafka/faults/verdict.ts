import type { Config } from "../../../src/config/config.ts";
import { canonicalJson } from "../../../src/core/json.ts";
import type { Pipeline } from "../../../src/core/pipeline.ts";
import { formatPosition, parsePosition } from "../../../src/core/position.ts";
import { segmentsOf } from "../../../src/core/segments.ts";
import { headers, type Log } from "../../../src/log/log.ts";
import { readLedger } from "../../../src/runtime/read-ledger.ts";
import type { Followed } from "./follower.ts";
import { compareOutputs, outputsOf, placesOf } from "./outputs.ts";
import { recompute } from "./recompute.ts";

/** What is wrong with what was committed; all zero and empty when nothing is. */
export interface Verdict {
  /** Inputs of the first pipeline. */
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  /** What the other client was given and is not committed. */
  readonly aborted: number;
  readonly problems: readonly string[];
}

/** A verdict without the count. */
export type Flaws = Omit<Verdict, "records">;

export const sound: Flaws = { lost: 0, doubled: 0, reordered: 0, aborted: 0, problems: [] };

export function flaws({ lost, doubled, reordered, aborted, problems }: Verdict): Flaws {
  return { lost, doubled, reordered, aborted, problems };
}

const none: Verdict = { records: 0, ...sound };

/**
 * Judges what a cluster has committed: against the inputs as another client saw them, and against what one machine makes of the
 * recorded order. `ledgers`: what `magpie ledger --digest --json` says.
 */
export async function judge(
  kafka: Log,
  config: Config,
  seen: readonly Followed[],
  ledgers: { readonly [pipeline: string]: unknown },
  width: number,
): Promise<Verdict> {
  let verdict = { ...none, records: distinct(seen, config.pipelines[0]!.from).size };
  for (const pipeline of config.pipelines) {
    verdict = sum(verdict, judgeConservation(pipeline, seen));
    verdict = sum(verdict, await judgeOrderTopic(kafka, pipeline));
    const memory = await recompute(kafka, pipeline, config);
    const shape = { prefix: kafka.segments!.prefix, width };
    const expected = await outputsOf(memory, pipeline, shape);
    const { lost, doubled, changed, reordered } = compareOutputs(
      expected,
      await outputsOf(kafka, pipeline, shape),
    );
    verdict = sum(verdict, {
      ...none,
      reordered: reordered.length,
      problems: [
        ...listed(`inputs of ${pipeline.name} that one machine has an output for have none`, lost),
        ...listed(`inputs of ${pipeline.name} have further outputs`, doubled),
        ...listed(`inputs of ${pipeline.name} have another output than on one machine`, changed),
        ...listed(`outputs of ${pipeline.name} stand elsewhere in the order`, reordered),
      ],
    });
    const account = (await readLedger(memory, [pipeline], { digest: true })).pipelines[pipeline.name];
    if (canonicalJson(ledgers[pipeline.name]) !== canonicalJson(account))
      verdict = sum(verdict, {
        ...none,
        problems: [
          `ledger of ${pipeline.name}: expected ${canonicalJson(account)}, got ${canonicalJson(ledgers[pipeline.name])}`,
          ...(await differentState(kafka, memory, pipeline.name)),
        ],
      });
  }
  return sum(verdict, await judgeFollower(kafka, config, seen));
}

/** Entries of the state that are not what one machine has, to tell why digests differ. */
async function differentState(kafka: Log, memory: Log, pipeline: string): Promise<readonly string[]> {
  const [found, expected] = await Promise.all([kafka, memory].map((log) => stateOf(log, pipeline)));
  const keys = new Set([...found!.keys(), ...expected!.keys()]);
  return listed(
    `entries of the state of ${pipeline} differ`,
    [...keys]
      .filter((key) => found!.get(key) !== expected!.get(key))
      .map((key) => `${key}: expected ${expected!.get(key)}, got ${found!.get(key)}`),
  );
}

async function stateOf(log: Log, pipeline: string): Promise<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>();
  for await (const { stage, key, value } of log.scanState(pipeline))
    entries.set(`${stage} ${Buffer.from(key).toString("hex")}`, Buffer.from(value).toString("latin1"));
  return entries;
}

function sum(a: Verdict, b: Verdict): Verdict {
  return {
    records: a.records + b.records,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    reordered: a.reordered + b.reordered,
    aborted: a.aborted + b.aborted,
    problems: [...a.problems, ...b.problems],
  };
}

/** Every input in exactly one place, by the other client's account alone. */
function judgeConservation(pipeline: Pipeline, seen: readonly Followed[]): Verdict {
  const inputs = distinct(seen, pipeline.from);
  const outputs = seen.filter(({ topic }) => placesOf(pipeline).includes(topic));
  const placed = new Set(outputs.map(({ source }) => source ?? ""));
  const lost = [...inputs].filter((input) => !placed.has(input));
  const foreign = [...placed].filter((source) => !inputs.has(source));
  const doubled = outputs.length - placed.size;
  return {
    ...none,
    lost: lost.length,
    doubled,
    problems: [
      ...listed(`inputs of ${pipeline.name} are nowhere`, lost),
      ...listed(`outputs of ${pipeline.name} come from what is no input`, foreign),
      ...(doubled === 0 ? [] : [`${doubled} inputs of ${pipeline.name} are in more than one place`]),
    ],
  };
}

/** The order topic has each input once, and those of a partition in their order. */
async function judgeOrderTopic(kafka: Log, pipeline: Pipeline): Promise<Verdict> {
  const { into } = segmentsOf(pipeline, kafka.segments!.prefix)[0];
  const last = new Map<string, bigint>();
  const known = new Set<string>();
  const doubled: string[] = [];
  const reordered: string[] = [];
  for await (const frame of kafka.scan(into!.name)) {
    const source = frame.headers[headers.source] ?? "";
    const { topic, partition, offset } = parsePosition(source)!;
    const place = `${topic}/${partition}`;
    if (known.has(source)) doubled.push(source);
    else if (offset < (last.get(place) ?? 0n)) reordered.push(source);
    known.add(source);
    last.set(place, offset);
  }
  return {
    ...none,
    doubled: doubled.length,
    reordered: reordered.length,
    problems: [
      ...listed(`inputs of ${pipeline.name} are in its order topic twice`, doubled),
      ...listed(`inputs of ${pipeline.name} are in its order topic behind later ones`, reordered),
    ],
  };
}

/** The other client, reading all the while, saw what is committed, and nothing else. */
async function judgeFollower(kafka: Log, config: Config, seen: readonly Followed[]): Promise<Verdict> {
  const committed = new Set<string>();
  const topics = new Set(seen.map(({ topic }) => topic));
  for (const pipeline of config.pipelines) for (const topic of placesOf(pipeline)) topics.add(topic);
  for (const topic of topics)
    for await (const { position } of kafka.scan(topic)) committed.add(formatPosition(position));
  const followed = seen.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`);
  const aborted = followed.filter((position) => !committed.has(position));
  const delivered = new Set(followed);
  const unseen = [...committed].filter((position) => !delivered.has(position));
  const again = followed.length - delivered.size;
  return {
    ...none,
    aborted: aborted.length,
    problems: [
      ...listed("records that librdkafka delivered are not committed", aborted),
      ...listed("records that are committed were not delivered by librdkafka", unseen),
      ...(again === 0 ? [] : [`librdkafka delivered ${again} records twice`]),
    ],
  };
}

function distinct(seen: readonly Followed[], topics: readonly string[]): ReadonlySet<string> {
  return new Set(
    seen
      .filter(({ topic }) => topics.includes(topic))
      .map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`),
  );
}

function listed(what: string, all: readonly string[]): readonly string[] {
  return all.length === 0 ? [] : [`${all.length} ${what}: ${all.slice(0, 3).join(", ")}`];
}
