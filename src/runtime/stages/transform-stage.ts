import { MagpieError } from "../../core/errors.ts";
import type { MagpieRecord } from "../../core/record.ts";
import type { Stage } from "../../core/stage.ts";
import { whyNotJson } from "../../core/why-not-json.ts";
import { type BatchCaller, CallFailure } from "../batch-caller.ts";
import { modelUseOf } from "../model-use.ts";
import { mapChunk } from "../operators/map-chunk.ts";
import { type LiveItem, liveItems, type Work } from "../work.ts";
import { quarantineFailure } from "./failure.ts";
import { isRecord } from "./is-record.ts";
import type { OpenStage } from "./open-stage.ts";

/** A stage that rewrites records. One that returns what is not a record, or changes an id, quarantines that record. */
export function transformStage(index: number, stage: Stage, caller: BatchCaller<MagpieRecord>): OpenStage {
  const apply = async (work: Work): Promise<Work> => {
    const items = liveItems(work);
    if (items.length === 0) return work;
    const results = await caller.call(items.map((item) => item.record));
    items.forEach((item, i) => {
      const result = results[i]!;
      const problem = result instanceof CallFailure ? result : problemWith(result, item.record);
      if (problem !== undefined) quarantineFailure(item, index, stage.id, problem);
      else {
        noteModelUse(item, index, result as MagpieRecord);
        item.record = result as MagpieRecord;
      }
    });
    return work;
  };
  return { operator: mapChunk(apply), settle: () => {} };
}

function noteModelUse(item: LiveItem, index: number, result: MagpieRecord): void {
  const use = modelUseOf(result, item.record);
  if (use === undefined) return;
  item.modelUse ??= new Map();
  item.modelUse.set(index, use);
}

function problemWith(result: MagpieRecord, input: MagpieRecord): MagpieError | undefined {
  if (result === input) return undefined;
  if (!isRecord(result, input))
    return new MagpieError("MGP_PLUGIN_RESULT", "it returned what is not a record");
  if (result.id !== input.id)
    return new MagpieError(
      "MGP_PLUGIN_RESULT",
      `it changed the id of the record to ${JSON.stringify(result.id)}`,
    );
  const problem = unfaithfulPart(result, input);
  return problem === undefined ? undefined : new MagpieError("MGP_PLUGIN_RESULT", problem);
}

/** The parts whose values the schema leaves open; what the input had was checked before. */
function unfaithfulPart(result: MagpieRecord, input: MagpieRecord): string | undefined {
  for (const part of ["extra", "measures", "tags", "candidates"] as const) {
    if (result[part] === input[part] || result[part] === undefined) continue;
    const problem = whyNotJson(result[part], `its ${part}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
