import { Compile } from "typebox/compile";
import { MagpieError } from "../../core/errors.ts";
import type { FilterPlugin, StatefulPlugin } from "../../core/plugin.ts";
import type { MagpieRecord, Measures, Tag } from "../../core/record.ts";
import type { Stage } from "../../core/stage.ts";
import type { Verdict } from "../../core/verdict.ts";
import { whyNotJson } from "../../core/why-not-json.ts";
import { verdictProblem } from "./verdict-problem.ts";

/** A record with its new measures and tags, and what the plugin decided from them. */
export interface Judged {
  readonly record: MagpieRecord;
  readonly verdict: Verdict;
}

/**
 * Throws what `decide` or `tag` throws, and MGP_PLUGIN_RESULT for measures that the plugin's own schema refuses, a verdict
 * that is none, and values that JSON cannot carry.
 */
export type Judge = (record: MagpieRecord, measures: unknown) => Judged;

/** Attaches measures and tags to a record and lets the plugin decide. */
export function createJudge(stage: Stage, plugin: FilterPlugin | StatefulPlugin): Judge {
  const validator = Compile(plugin.meta.measures);
  const by = `${plugin.meta.name}@${plugin.meta.version}`;
  const tag = plugin.kind === "filter" ? plugin.tag : undefined;
  return (record, measures) => {
    if (!validator.Check(measures)) throw wrongResult("its measures do not fit its own schema");
    refuse(whyNotJson(measures, "its measures"));
    const verdict = plugin.decide(measures, stage.config);
    refuse(verdictProblem(verdict, plugin.meta.reasons));
    const all = { ...record.measures, [stage.id]: measures as Measures };
    if (tag === undefined) return { record: { ...record, measures: all }, verdict };
    const given = Object.entries(tag(measures, stage.config)).map(([name, value]): [string, Tag] => {
      refuse(whyNotJson(value, `its tag ${name}`));
      return [name, { value, by }];
    });
    return {
      record: { ...record, measures: all, tags: { ...record.tags, ...Object.fromEntries(given) } },
      verdict,
    };
  };
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw wrongResult(problem);
}

function wrongResult(problem: string): MagpieError {
  return new MagpieError("MGP_PLUGIN_RESULT", problem);
}
