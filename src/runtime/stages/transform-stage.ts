import { Compile } from "typebox/compile";
import { MagpieError } from "../../core/errors.ts";
import { type MagpieRecord, RecordSchema } from "../../core/record.ts";
import type { Stage } from "../../core/stage.ts";
import { type BatchCaller, CallFailure } from "../batch-caller.ts";
import { mapChunk } from "../operators/map-chunk.ts";
import { liveItems, type Work } from "../work.ts";
import { quarantineFailure } from "./failure.ts";
import type { OpenStage } from "./open-stage.ts";

const recordValidator = Compile(RecordSchema);

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
      else item.record = result as MagpieRecord;
    });
    return work;
  };
  return { operator: mapChunk(apply), settle: () => {} };
}

function problemWith(result: MagpieRecord, input: MagpieRecord): MagpieError | undefined {
  if (result === input) return undefined;
  if (!recordValidator.Check(result))
    return new MagpieError("MGP_PLUGIN_RESULT", "it returned what is not a record");
  if (result.id !== input.id)
    return new MagpieError(
      "MGP_PLUGIN_RESULT",
      `it changed the id of the record to ${JSON.stringify(result.id)}`,
    );
  return undefined;
}
