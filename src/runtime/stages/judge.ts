import { Compile } from "typebox/compile";
import { MagpieError } from "../../core/errors.ts";
import type { FilterPlugin, StatefulPlugin } from "../../core/plugin.ts";
import type { MagpieRecord, Measures, Tag } from "../../core/record.ts";
import type { Stage } from "../../core/stage.ts";
import type { Verdict } from "../../core/verdict.ts";

/** A record with its new measures and tags, and what the plugin decided from them. */
export interface Judged {
  readonly record: MagpieRecord;
  readonly verdict: Verdict;
}

/** Throws what `decide` or `tag` throws, and MGP_PLUGIN_RESULT for measures that the plugin's own schema refuses. */
export type Judge = (record: MagpieRecord, measures: unknown) => Judged;

/** Attaches measures and tags to a record and lets the plugin decide. */
export function createJudge(stage: Stage, plugin: FilterPlugin | StatefulPlugin): Judge {
  const validator = Compile(plugin.meta.measures);
  const by = `${plugin.meta.name}@${plugin.meta.version}`;
  const tag = plugin.kind === "filter" ? plugin.tag : undefined;
  return (record, measures) => {
    if (!validator.Check(measures))
      throw new MagpieError("MGP_PLUGIN_RESULT", `stage ${stage.id}: its measures do not fit its own schema`);
    const verdict = plugin.decide(measures, stage.config);
    const all = { ...record.measures, [stage.id]: measures as Measures };
    if (tag === undefined) return { record: { ...record, measures: all }, verdict };
    const tags: Record<string, Tag> = { ...record.tags };
    for (const [name, value] of Object.entries(tag(measures, stage.config))) tags[name] = { value, by };
    return { record: { ...record, measures: all, tags }, verdict };
  };
}
