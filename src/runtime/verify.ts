import { holderPosition } from "../core/holder.ts";
import type { QuarantineEntry, RejectedRecord } from "../core/outcome.ts";
import { curatedTopics, type Pipeline, sideTopics } from "../core/pipeline.ts";
import { type Plan, plannedTopics } from "../core/plan.ts";
import { formatPosition, parsePosition } from "../core/position.ts";
import { internalTopics, segmentsOf } from "../core/segments.ts";
import { sha256Hex } from "../core/sha256.ts";
import { headers, type Log, type StoredMessage } from "../log/log.ts";
import { isFor } from "./decode.ts";
import { ExpectedCopies } from "./expected-copies.ts";
import { PositionMarks } from "./position-marks.ts";
import { TrimmedOutputs } from "./trimmed-outputs.ts";

export interface VerifyReport {
  readonly pipeline: string;
  /** Every input that is still retained is in exactly one place. */
  readonly ok: boolean;
  readonly checked: {
    readonly inputs: number;
    readonly curated: number;
    /** Further topics that curated records are in. */
    readonly copies: number;
    readonly rejected: number;
    readonly quarantined: number;
    /** Inputs between two segments of the pipeline. */
    readonly inFlight: number;
  };
  /** What the proof covers: committed inputs that are retained, and so are their outputs, `topic/partition [from, to)`. */
  readonly retained: readonly string[];
  /** Drops whose holder was itself not curated. */
  readonly orphaned: number;
  /** What is wrong, at most 20 of each kind. */
  readonly problems: readonly string[];
}

const marks = { none: 0, expected: 1, curated: 2, rejected: 3, quarantined: 4, inFlight: 5 } as const;

type Place = "curated" | "rejected" | "quarantined";

const maxExamples = 20;

/**
 * Proves conservation without any counter: re-reads the sources up to the committed position and all outputs, and shows that
 * each input is the source of exactly one output. Safe beside a running pipeline: what is committed later is left out.
 */
export async function verifyPipeline(log: Log, pipeline: Pipeline): Promise<VerifyReport> {
  const checkpoints = await log.checkpoints(pipeline.name);
  const ends = new Map(
    checkpoints.flatMap((c) => Object.entries(c.offsets).map(([key, next]) => [key, BigInt(next)] as const)),
  );
  const places = new PositionMarks();
  const problems: string[] = [];
  const inputs = await markInputs(log, pipeline, ends, places);
  const topics = sideTopics(pipeline.name);

  const trimmed = new TrimmedOutputs();
  const copies = new ExpectedCopies();
  const counts = { curated: 0, copies: 0, rejected: 0, quarantined: 0 };
  const place = (message: StoredMessage, where: Place, topic: number): void => {
    const source = message.headers[headers.source];
    const position = source === undefined ? undefined : parsePosition(source);
    const here = formatPosition(message.position);
    if (position === undefined)
      return void problems.push(`${here} does not say which input it was made from`);
    const key = `${position.topic}/${position.partition}`;
    trimmed.note(message.position, key, position.offset);
    const end = ends.get(key);
    if (end !== undefined && position.offset >= end) return;
    const before = places.get(key, position.offset);
    if (before === marks.none && position.offset < (inputs.starts.get(key) ?? 0n)) return;
    if (where === "curated" && before === marks.curated && copies.further(key, position.offset, topic))
      return void counts.copies++;
    counts[where]++;
    if (before === marks.none)
      problems.push(`${here} was made from ${source}, which is not an input of ${pipeline.name}`);
    else if (before !== marks.expected)
      problems.push(`${source} has more than one output; ${here} is one of them`);
    else {
      places.set(key, position.offset, marks[where]);
      copies.first(key, position.offset, Number(message.headers[headers.topics] ?? 1), topic);
    }
  };

  const ofThisPipeline = async function* (topic: string) {
    for await (const message of log.scan(topic))
      if (message.headers[headers.pipeline] === pipeline.name) yield message;
  };
  const curated = await allCuratedTopics(pipeline, ofThisPipeline(topics.plans));
  for (const [index, topic] of [...curated].entries())
    for await (const message of ofThisPipeline(topic)) place(message, "curated", index + 1);
  for await (const message of ofThisPipeline(topics.rejected)) place(message, "rejected", 0);
  for await (const message of ofThisPipeline(topics.quarantine)) {
    place(message, "quarantined", 0);
    problems.push(...damagedBytes(message));
  }
  const inFlight = await markInFlight(log, pipeline, ends, places);
  const completeFrom = await trimmed.completeFrom(log, [...curated, topics.rejected, topics.quarantine]);
  for (const source of places.positions(marks.expected))
    if (!mayBeTrimmed(source, completeFrom, ends)) problems.push(`${source} was read, but is in no output`);
  for (const source of copies.missing())
    if (!mayBeTrimmed(source, completeFrom, ends))
      problems.push(`${source} went to several topics, but is not in all of them`);
  const shown = limitExamples(problems);

  return {
    pipeline: pipeline.name,
    ok: problems.length === 0,
    checked: { inputs: inputs.count, ...counts, inFlight },
    retained: inputs.ranges.map(({ key, start, end }) => {
      const complete = completeFrom(key, end);
      return `${key} [${complete > start ? complete : start}, ${end})`;
    }),
    orphaned: await countOrphaned(ofThisPipeline(topics.rejected), places),
    problems: shown,
  };
}

/** Inputs that are in no output, but in an internal topic behind what its segment has read. */
async function markInFlight(
  log: Log,
  pipeline: Pipeline,
  ends: ReadonlyMap<string, bigint>,
  places: PositionMarks,
): Promise<number> {
  if (log.segments === undefined) return 0;
  let count = 0;
  for (const { name } of internalTopics(segmentsOf(pipeline, log.segments.prefix)))
    for (const { partition } of (await log.topics.get(name))?.ranges ?? [])
      for await (const { headers: given } of log.scan(name, {
        partition,
        from: ends.get(`${name}/${partition}`) ?? 0n,
      })) {
        const position = parsePosition(given[headers.source] ?? "");
        if (position === undefined) continue;
        const key = `${position.topic}/${position.partition}`;
        if (places.get(key, position.offset) !== marks.expected) continue;
        places.set(key, position.offset, marks.inFlight);
        count++;
      }
  return count;
}

/** Whether the output that an input lacks may be among those that retention has removed. */
function mayBeTrimmed(
  source: string,
  completeFrom: (key: string, end: bigint) => bigint,
  ends: ReadonlyMap<string, bigint>,
): boolean {
  const { topic, partition, offset } = parsePosition(source)!;
  const key = `${topic}/${partition}`;
  return offset < completeFrom(key, ends.get(key)!);
}

/**
 * Those of the pipeline as it is, and those it once had: what was read from them lies in its outputs. What its own segments
 * read from each other is none.
 */
function sourcesOf(log: Log, pipeline: Pipeline, ends: ReadonlyMap<string, bigint>): ReadonlySet<string> {
  const read = [...ends.keys()].map((key) => key.slice(0, key.lastIndexOf("/")));
  const own = log.segments === undefined ? undefined : `${log.segments.prefix}.${pipeline.name}.`;
  return new Set([...pipeline.from, ...read.filter((topic) => own === undefined || !topic.startsWith(own))]);
}

/** The topics curated records go to, and those they went to under earlier plans. */
async function allCuratedTopics(
  pipeline: Pipeline,
  plans: AsyncIterable<StoredMessage>,
): Promise<ReadonlySet<string>> {
  const topics = new Set(curatedTopics(pipeline));
  for await (const { value } of plans) {
    const definition = found<{ definition: Plan }>(value)?.definition;
    for (const topic of definition === undefined ? [] : plannedTopics(definition)) topics.add(topic);
  }
  return topics;
}

interface Inputs {
  readonly count: number;
  readonly starts: ReadonlyMap<string, bigint>;
  readonly ranges: readonly { readonly key: string; readonly start: bigint; readonly end: bigint }[];
}

async function markInputs(
  log: Log,
  pipeline: Pipeline,
  ends: ReadonlyMap<string, bigint>,
  places: PositionMarks,
): Promise<Inputs> {
  let count = 0;
  const starts = new Map<string, bigint>();
  const ranges: Inputs["ranges"][number][] = [];
  for (const topic of sourcesOf(log, pipeline, ends)) {
    const info = await log.topics.get(topic);
    for (const range of info?.ranges ?? []) {
      const key = `${topic}/${range.partition}`;
      const end = ends.get(key) ?? range.start;
      for await (const message of log.scan(topic, { partition: range.partition, to: end })) {
        if (!isFor(pipeline.name, message)) continue;
        places.set(key, message.position.offset, marks.expected);
        count++;
      }
      // As it is after the scan: what was trimmed meanwhile was perhaps not seen.
      const start = (await log.topics.get(topic))?.ranges[range.partition]?.start ?? range.start;
      starts.set(key, start);
      ranges.push({ key, start, end });
    }
  }
  return { count, starts, ranges };
}

async function countOrphaned(rejected: AsyncIterable<StoredMessage>, places: PositionMarks): Promise<number> {
  let orphaned = 0;
  for await (const message of rejected) {
    const reasons = found<RejectedRecord>(message.value)?.verdict?.reasons ?? [];
    const holders = reasons.flatMap(({ ref }) => (ref === undefined ? [] : [holderPosition(ref)]));
    if (holders.some((holder) => isDropped(holder, places))) orphaned++;
  }
  return orphaned;
}

function isDropped(holder: string, places: PositionMarks): boolean {
  const position = parsePosition(holder);
  if (position === undefined) return false;
  const mark = places.get(`${position.topic}/${position.partition}`, position.offset);
  return mark === marks.rejected || mark === marks.quarantined;
}

function damagedBytes(message: StoredMessage): readonly string[] {
  const entry = found<QuarantineEntry>(message.value);
  if (typeof entry?.bytes === "string" && sha256Hex(Buffer.from(entry.bytes, "base64")) === entry.sha256)
    return [];
  const name = entry?.id ?? formatPosition(message.position);
  return [`quarantine entry ${name}: its bytes do not have the sha256 it names`];
}

/** What lies in a topic is read as found: a value that is not what belongs there is no reason to give up the proof. */
function found<T>(value: Uint8Array): Partial<T> | undefined {
  try {
    return JSON.parse(Buffer.from(value).toString()) as Partial<T>;
  } catch {
    return undefined;
  }
}

function limitExamples(problems: readonly string[]): readonly string[] {
  if (problems.length <= maxExamples) return problems;
  return [...problems.slice(0, maxExamples), `and ${problems.length - maxExamples} more`];
}
