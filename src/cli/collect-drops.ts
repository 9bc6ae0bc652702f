import { holderPosition } from "../core/holder.ts";
import type { QuarantineEntry, RejectedRecord } from "../core/outcome.ts";
import { type Pipeline, sideTopics } from "../core/pipeline.ts";
import { parsePosition } from "../core/position.ts";
import { readRecord } from "../core/read-record.ts";
import type { Log } from "../log/log.ts";
import { messageAt } from "./message-at.ts";
import { messageBeside } from "./quarantine-message.ts";
import { shownText } from "./readable-record.ts";

/** Records that were not curated for one reason: how many, and some of them. */
export interface Drops {
  readonly pipeline: string;
  readonly stage: string;
  /** The reason's code, or that of the error for what went to quarantine. */
  readonly code: string;
  readonly count: number;
  readonly examples: readonly DropExample[];
}

export interface DropExample {
  readonly id: string;
  /** Why, in a sentence. */
  readonly message: string;
  readonly text: string;
  /** The text of the record it duplicates. */
  readonly holder?: string;
}

const maxExamples = 3;

/** What was dropped or quarantined, by pipeline, stage and reason, the most frequent first within a pipeline. */
export async function collectDrops(log: Log, pipelines: readonly Pipeline[]): Promise<readonly Drops[]> {
  const all: Drops[] = [];
  for (const pipeline of pipelines) {
    const { rejected, quarantine } = sideTopics(pipeline.name);
    const groups = new Map<string, Group>();
    for await (const message of log.scan(rejected))
      await addRejected(groups, JSON.parse(Buffer.from(message.value).toString()) as RejectedRecord, log);
    for await (const message of log.scan(quarantine))
      addQuarantined(groups, JSON.parse(Buffer.from(message.value).toString()) as QuarantineEntry);
    const sorted = [...groups.values()].sort((a, b) => b.count - a.count);
    all.push(...sorted.map((group) => ({ pipeline: pipeline.name, ...group })));
  }
  return all;
}

interface Group {
  readonly stage: string;
  readonly code: string;
  count: number;
  readonly examples: DropExample[];
}

function groupOf(groups: Map<string, Group>, stage: string, code: string): Group {
  const key = `${stage} ${code}`;
  const group = groups.get(key) ?? { stage, code, count: 0, examples: [] };
  groups.set(key, group);
  group.count += 1;
  return group;
}

async function addRejected(groups: Map<string, Group>, record: RejectedRecord, log: Log): Promise<void> {
  for (const reason of record.verdict.reasons) {
    const group = groupOf(groups, record.verdict.stage, reason.code);
    if (group.examples.length >= maxExamples) continue;
    const holder = reason.ref === undefined ? undefined : await textAt(log, holderPosition(reason.ref));
    group.examples.push({
      id: record.id,
      message: reason.message,
      text: shownText(record),
      ...(holder === undefined ? {} : { holder }),
    });
  }
}

function addQuarantined(groups: Map<string, Group>, entry: QuarantineEntry): void {
  const group = groupOf(groups, entry.stage, entry.error.code);
  if (group.examples.length >= maxExamples) return;
  const text = Buffer.from(entry.bytes, "base64").subarray(0, 4096).toString();
  group.examples.push({ id: entry.id, message: messageBeside(entry), text });
}

async function textAt(log: Log, ref: string): Promise<string | undefined> {
  const position = parsePosition(ref);
  const message = position === undefined ? undefined : await messageAt(log, position);
  return message && shownText(readRecord(message.value, message.position));
}
