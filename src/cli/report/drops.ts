import { getOrCreate } from "../../core/get-or-create.ts";
import type { QuarantineEntry, RejectedRecord } from "../../core/outcome.ts";
import { messageBeside } from "../quarantine-message.ts";
import { shownText } from "../readable-record.ts";
import { excerpt } from "./excerpt.ts";
import { Sample } from "./sample.ts";

/** Records that were not curated for one reason, and some of them. */
export interface DropGroup {
  readonly outcome: "rejected" | "quarantined";
  readonly stage: string;
  /** The reason's code, or that of the error for what went to quarantine. */
  readonly code: string;
  readonly records: number;
  readonly examples: readonly DroppedText[];
}

export interface DroppedText {
  readonly id: string;
  /** Where it was read. */
  readonly position: string;
  /** Why, in a sentence. */
  readonly message: string;
  readonly text: string;
}

const examples = 4;

/** Most bytes of what is no record that are looked at. */
const shownBytes = 4096;

/** Counts drops by stage and reason. A record counts for every reason it has. */
export class DropTally {
  readonly #groups = new Map<
    string,
    Omit<DropGroup, "records" | "examples"> & { records: number; readonly sample: Sample<DroppedText> }
  >();

  addRejected(position: string, record: RejectedRecord): void {
    const { stage, reasons } = record.verdict;
    for (const { code, message } of reasons)
      this.#add("rejected", stage, code, position, () => ({
        id: record.id,
        position,
        message,
        text: excerpt(shownText(record)),
      }));
  }

  addQuarantined(position: string, entry: QuarantineEntry): void {
    this.#add("quarantined", entry.stage, entry.error.code, position, () => ({
      id: entry.id,
      position,
      message: messageBeside(entry),
      text: excerpt(Buffer.from(entry.bytes, "base64").subarray(0, shownBytes).toString()),
    }));
  }

  #add(
    outcome: DropGroup["outcome"],
    stage: string,
    code: string,
    position: string,
    example: () => DroppedText,
  ): void {
    const group = getOrCreate(this.#groups, `${outcome} ${stage} ${code}`, () => ({
      outcome,
      stage,
      code,
      records: 0,
      sample: new Sample<DroppedText>(examples),
    }));
    group.records += 1;
    group.sample.offer(position, example);
  }

  /** The most frequent first. */
  result(): readonly DropGroup[] {
    return [...this.#groups.values()]
      .map(({ sample, ...group }) => ({ ...group, examples: sample.items }))
      .sort((a, b) => b.records - a.records || (a.code < b.code ? -1 : 1));
  }
}
