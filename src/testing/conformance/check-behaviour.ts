import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { messageOf } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Context, Judgement, Plugin } from "../../core/plugin.ts";
import { type MagpieRecord, RecordSchema } from "../../core/record.ts";
import { isRecordError } from "../../core/record-error.ts";
import { type OpenPlugin, openPlugin, resultText } from "./run-plugin.ts";
import type { Report } from "./violation.ts";

export type NamedRecord = readonly [name: string, record: MagpieRecord];

/** Calls the pure phase in every way the runtime may, and compares. False when it cannot even be called. */
export async function checkPurePhase(
  plugin: Plugin,
  config: JsonObject,
  context: Context,
  named: readonly NamedRecord[],
  report: Report,
): Promise<boolean> {
  const records = Object.freeze(named.map(([, record]) => record));
  const open = await openPlugin(plugin, config, context);
  const again = await openPlugin(plugin, config, context);
  try {
    const alone = await eachAlone(open, named, report);
    if (alone === undefined) return false;
    for (const batch of [[], records]) {
      const results = await open.pure(batch);
      if (results.length === batch.length) continue;
      report("result_count", `a batch of ${batch.length} records gave ${results.length} results`);
      return false;
    }
    compare(await open.pure(records), alone, named, "order", "beside other records", report);
    compare(
      await open.pure(records.toReversed()),
      alone.toReversed(),
      named.toReversed(),
      "order",
      "in reverse order",
      report,
    );
    compare(
      await again.pure(records),
      await again.pure(records),
      named,
      "repeatable",
      "the second time",
      report,
    );
    compare(
      await again.pure(records),
      await open.pure(records),
      named,
      "repeatable",
      "in another instance",
      report,
    );
    checkShapes(plugin, named, alone, report);
    return true;
  } finally {
    await open.close();
    await again.close();
  }
}

/** Each record in a call of its own; undefined when one of them threw or gave not one result. */
export async function eachAlone(
  open: OpenPlugin,
  named: readonly NamedRecord[],
  report: Report,
): Promise<readonly unknown[] | undefined> {
  const results: unknown[] = [];
  let failed = false;
  for (const [name, record] of named) {
    try {
      const result = await open.pure(Object.freeze([record]));
      if (result.length !== 1) {
        report("result_count", `one record (${name}) gave ${result.length} results`);
        return undefined;
      }
      results.push(result[0]);
    } catch (error) {
      failed = true;
      const message = `${name}: ${messageOf(error)}`;
      if (error instanceof TypeError && /read only|not extensible|Cannot (?:delete|redefine)/.test(message)) {
        report("input_mutated", message);
        return undefined;
      }
      report("threw", message);
    }
  }
  return failed ? undefined : results;
}

function compare(
  actual: readonly unknown[],
  expected: readonly unknown[],
  named: readonly NamedRecord[],
  rule: "order" | "repeatable",
  when: string,
  report: Report,
): void {
  for (const [i, [name]] of named.entries()) {
    if (resultText(actual[i]) === resultText(expected[i])) continue;
    report(rule, `${name}: another result ${when}`);
    return;
  }
}

/** Reports results that are not what the plugin's kind and schema say. */
export function checkShapes(
  plugin: Plugin,
  named: readonly NamedRecord[],
  results: readonly unknown[],
  report: Report,
): void {
  const problem = shapeChecker(plugin);
  for (const [i, [name, record]] of named.entries()) {
    const result = results[i];
    const found = isRecordError(result) ? undefined : problem(result, record);
    if (found !== undefined) report("result_shape", `${name}: ${found}`);
  }
}

function shapeChecker(plugin: Plugin): (result: unknown, record: MagpieRecord) => string | undefined {
  if (plugin.kind === "stateful")
    return (result) => (result instanceof Uint8Array ? undefined : "prepare gave no bytes");
  if (plugin.kind === "filter") {
    const check = measuresChecker(plugin.meta.measures);
    return (result) => check(result);
  }
  if (plugin.kind === "external-filter") {
    const check = measuresChecker(plugin.meta.measures);
    return (result) => check((result as Judgement).measures);
  }
  const validator = Compile(RecordSchema);
  return (result, record) => {
    if (!validator.Check(result)) return "apply gave what is not a record";
    return result.id === record.id ? undefined : `apply changed the id to ${result.id}`;
  };
}

/** What keeps a value from being measures of a schema; undefined when nothing does. */
export function measuresChecker(schema: TSchema): (measures: unknown) => string | undefined {
  const validator = Compile(schema);
  return (measures) => {
    if (resultText(measures).startsWith("no JSON")) return "its measures are not plain JSON";
    if (validator.Check(measures)) return undefined;
    const [first] = validator.Errors(measures);
    return `its measures do not fit meta.measures: ${first?.instancePath ?? ""} ${first?.message ?? ""}`;
  };
}
