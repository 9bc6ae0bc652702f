import type { JsonObject } from "../core/json.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { Log } from "../log/log.ts";

/** What the committed state of each stage that can tell amounts to, by stage id. */
export async function readStateSummaries(
  log: Log,
  pipeline: Pipeline,
): Promise<ReadonlyMap<string, JsonObject>> {
  const summaries = new Map<string, JsonObject>();
  for (const { id, plugin } of pipeline.stages) {
    if (plugin.kind !== "stateful" || plugin.stateSummary === undefined) continue;
    const { key, read } = plugin.stateSummary;
    summaries.set(id, read(await log.stateEntry(pipeline.name, id, Buffer.from(key))));
  }
  return summaries;
}
