import type { Stage } from "../../core/stage.ts";
import { type BatchCaller, CallFailure } from "../batch-caller.ts";
import { mapChunk } from "../operators/map-chunk.ts";
import { type LiveItem, liveItems, reject, type Work } from "../work.ts";
import { quarantineFailure } from "./failure.ts";
import type { Judge } from "./judge.ts";
import type { OpenStage } from "./open-stage.ts";

/** A stage that measures records, perhaps slowly and far away, and then decides from the measures alone. */
export function filterStage<T>(
  index: number,
  stage: Stage,
  judge: Judge<T>,
  caller: BatchCaller<T>,
): OpenStage {
  const settleItem = (item: LiveItem, result: T | CallFailure): void => {
    try {
      if (result instanceof CallFailure) throw result;
      const { record, verdict } = judge(item.record, result);
      item.record = record;
      if (!verdict.keep) reject(item, index, verdict.reasons);
    } catch (error) {
      quarantineFailure(item, index, stage.id, error);
    }
  };

  const measure = async (work: Work): Promise<Work> => {
    const items = liveItems(work);
    if (items.length === 0) return work;
    const results = await caller.call(items.map((item) => item.record));
    items.forEach((item, i) => {
      settleItem(item, results[i]!);
    });
    return work;
  };
  return { operator: mapChunk(measure), settle: () => {} };
}
