import type { BatchCaller } from "../batch-caller.ts";
import { mapChunk } from "../operators/map-chunk.ts";
import { liveItems, type Work } from "../work.ts";
import type { OpenStage } from "./open-stage.ts";

/** The pure part of a stateful stage whose admissions another segment makes. A failure travels on: its turn may never come. */
export function prepareStage(index: number, caller: BatchCaller<Uint8Array>): OpenStage {
  const prepare = async (work: Work): Promise<Work> => {
    const items = liveItems(work);
    if (items.length === 0) return work;
    const results = await caller.call(items.map((item) => item.record));
    items.forEach((item, i) => {
      item.prepared ??= new Map();
      item.prepared.set(index, results[i]!);
    });
    return work;
  };
  return { operator: mapChunk(prepare), settle: () => {} };
}
