import type { QuarantineEntry, RejectedRecord } from "../../core/outcome.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import type { MagpieRecord } from "../../core/record.ts";
import { instructionOf, responseOf } from "../../core/text.ts";
import { headers, type Log } from "../../log/log.ts";
import { type PipelineLedger, readLedger } from "../../runtime/read-ledger.ts";
import { readOutputs } from "../../runtime/read-outputs.ts";
import { readPlans } from "../../runtime/read-plans.ts";
import { readableRecord } from "../readable-record.ts";
import { type DropGroup, DropTally } from "./drops.ts";
import { type Duplicates, HolderTally } from "./duplicates.ts";
import { type Languages, LanguageTally } from "./languages.ts";
import { type Lengths, LengthTally } from "./lengths.ts";
import { type SamplerSettings, SettingsTally } from "./sampler-settings.ts";

/** What is known about the records of a topic, in bounded memory however many they are. */
export interface TopicReport {
  readonly topic: string;
  readonly records: number;
  /** Messages that are no records. */
  readonly unreadable: number;
  readonly instructions: Lengths;
  readonly responses: Lengths;
  readonly languages: Languages;
  /** The pipeline that writes the topic; a topic that was produced has none. */
  readonly pipeline?: PipelineReport;
}

/** What a pipeline made of what it received. */
export interface PipelineReport {
  readonly name: string;
  readonly from: readonly string[];
  readonly ledger: PipelineLedger;
  readonly drops: readonly DropGroup[];
  readonly duplicates: Duplicates;
  readonly samplers: SamplerSettings;
}

/** @param onRead is called for every message that is read, with the topic it is of. */
export async function readTopicReport(
  log: Log,
  topic: string,
  writer: Pipeline | undefined,
  onRead: (topic: string) => Promise<void>,
): Promise<TopicReport> {
  let records = 0;
  let unreadable = 0;
  const instructions = new LengthTally();
  const responses = new LengthTally();
  const languages = new LanguageTally();
  for await (const { value, position } of log.scan(topic)) {
    await onRead(topic);
    const record = readableRecord(value, position);
    if (record === undefined) unreadable += 1;
    else {
      records += 1;
      instructions.add(instructionOf(record));
      responses.add(responseOf(record));
      languages.add(record);
    }
  }
  return {
    topic,
    records,
    unreadable,
    instructions: instructions.result(),
    responses: responses.result(),
    languages: languages.result(),
    ...(writer === undefined ? {} : { pipeline: await readPipelineReport(log, writer, onRead) }),
  };
}

async function readPipelineReport(
  log: Log,
  pipeline: Pipeline,
  onRead: (topic: string) => Promise<void>,
): Promise<PipelineReport> {
  const ledger = (await readLedger(log, [pipeline], { digest: false })).pipelines[pipeline.name]!;
  const plans = await readPlans(log, pipeline);
  const drops = new DropTally();
  const holders = new HolderTally();
  const samplers = new SettingsTally();
  for await (const { kind, source, message } of readOutputs(log, pipeline, plans)) {
    await onRead(message.position.topic);
    const value: unknown = JSON.parse(Buffer.from(message.value).toString());
    if (kind === "quarantined") drops.addQuarantined(source, value as QuarantineEntry);
    else
      samplers.add(
        value as MagpieRecord,
        kind === "curated",
        1 / Number(message.headers[headers.topics] ?? 1),
      );
    if (kind !== "rejected") continue;
    drops.addRejected(source, value as RejectedRecord);
    holders.add(value as RejectedRecord);
  }
  return {
    name: pipeline.name,
    from: pipeline.from,
    ledger,
    drops: drops.result(),
    duplicates: await holders.read(log, pipeline, plans),
    samplers: samplers.result(),
  };
}
