import { Compile } from "typebox/compile";
import { MagpieError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { ExternalFilter, FilterPlugin, Judgement, Plugin, StatefulPlugin } from "../../core/plugin.ts";
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
 * Takes what the plugin found out about a record. Throws what `decide` or `tag` throws, and MGP_PLUGIN_RESULT for measures that the
 * plugin's own schema refuses, a verdict that is none, and values that JSON cannot carry.
 */
export type Judge<T> = (record: MagpieRecord, found: T) => Judged;

/** Attaches measures and tags to a record and lets the plugin decide. */
export function createJudge(stage: Stage, plugin: FilterPlugin | StatefulPlugin): Judge<Measures> {
  const tag = plugin.kind === "filter" ? plugin.tag : undefined;
  const checkMeasures = measuresCheck(plugin);
  const tags = tagger(plugin);
  return (record, measures) => {
    checkMeasures(measures);
    const verdict = plugin.decide(measures, stage.config);
    refuse(verdictProblem(verdict, plugin.meta.reasons, "decide"));
    const measured = withMeasures(record, stage, measures);
    return { record: tag === undefined ? measured : tags(measured, tag(measures, stage.config)), verdict };
  };
}

/** Attaches what a program answered about a record: measures, tags and verdict at once. */
export function createExternalJudge(stage: Stage, plugin: ExternalFilter): Judge<Judgement> {
  const checkMeasures = measuresCheck(plugin);
  const withTags = tagger(plugin);
  return (record, { measures, verdict, tags }) => {
    checkMeasures(measures);
    refuse(verdictProblem(verdict, plugin.meta.reasons, "it"));
    return { record: withTags(withMeasures(record, stage, measures), tags), verdict };
  };
}

function measuresCheck(plugin: FilterPlugin | StatefulPlugin | ExternalFilter): (measures: unknown) => void {
  const validator = Compile(plugin.meta.measures);
  return (measures) => {
    if (!validator.Check(measures)) throw wrongResult("its measures do not fit its own schema");
    refuse(whyNotJson(measures, "its measures"));
  };
}

function withMeasures(record: MagpieRecord, stage: Stage, measures: unknown): MagpieRecord {
  return { ...record, measures: { ...record.measures, [stage.id]: measures as Measures } };
}

function tagger(plugin: Plugin) {
  const by = `${plugin.meta.name}@${plugin.meta.version}`;
  return (record: MagpieRecord, tags: { readonly [name: string]: Json }): MagpieRecord => {
    const given = Object.entries(tags).map(([name, value]): [string, Tag] => {
      refuse(whyNotJson(value, `its tag ${name}`));
      return [name, { value, by }];
    });
    return given.length === 0
      ? record
      : { ...record, tags: { ...record.tags, ...Object.fromEntries(given) } };
  };
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw wrongResult(problem);
}

function wrongResult(problem: string): MagpieError {
  return new MagpieError("MGP_PLUGIN_RESULT", problem);
}
