import { validateStageConfig } from "../../config/validate-stage-config.ts";
import { messageOf } from "../../core/errors.ts";
import { canonicalJson, type Json } from "../../core/json.ts";
import {
  type Context,
  type Example,
  type ExampleOutcome,
  isTransform,
  type Plugin,
} from "../../core/plugin.ts";
import { positionOf, readInputs } from "./example-records.ts";
import { type Outcome, openPlugin } from "./run-plugin.ts";
import type { Report } from "./violation.ts";

/** Runs every example and compares what came out with what it says; then looks for reasons no example reaches. */
export async function checkExamples(plugin: Plugin, context: Context, report: Report): Promise<void> {
  const reached = new Set<string>();
  for (const example of (plugin.meta.examples ?? []) as readonly Example<unknown, string>[]) {
    try {
      const outcomes = await runExample(plugin, example, context);
      compare(example, outcomes, report);
      for (const outcome of outcomes)
        if (outcome.kind === "judged" && !outcome.verdict.keep)
          for (const reason of outcome.verdict.reasons) reached.add(reason.code);
    } catch (error) {
      report("example", `"${example.title}": ${messageOf(error)}`);
    }
  }
  if (isTransform(plugin)) return;
  for (const code of Object.keys(plugin.meta.reasons))
    if (!reached.has(code)) report("reason_example", `no example gives ${code}`);
}

async function runExample(
  plugin: Plugin,
  example: Example<unknown, string>,
  context: Context,
): Promise<readonly Outcome[]> {
  const checked = validateStageConfig(plugin, example.with ?? {});
  if ("problems" in checked) throw new TypeError(`its config: ${checked.problems[0]?.message}`);
  const records = readInputs(example.records);
  const open = await openPlugin(plugin, checked.config, context);
  try {
    return await open.run(
      records,
      records.map((_, i) => positionOf(i)),
    );
  } finally {
    await open.close();
  }
}

function compare(example: Example<unknown, string>, outcomes: readonly Outcome[], report: Report): void {
  if (example.outcomes.length !== example.records.length)
    report(
      "example",
      `"${example.title}" has ${example.records.length} records and ${example.outcomes.length} outcomes`,
    );
  example.outcomes.forEach((expected, i) => {
    const actual = outcomes[i];
    const difference = actual === undefined ? "gave no result" : differenceOf(expected, actual);
    if (difference !== undefined) report("example", `"${example.title}", record ${i + 1}: ${difference}`);
  });
}

function differenceOf(expected: ExampleOutcome<string>, actual: Outcome): string | undefined {
  if ("error" in expected)
    return unequal("error", expected.error, actual.kind === "error" ? actual.code : "none");
  if (actual.kind === "error") return `gave the error ${actual.code}`;
  if (actual.kind === "record") {
    if (!expected.keep) return "a transform cannot drop";
    const contents = actual.record.turns.map((turn) => turn.content);
    const tags = Object.fromEntries(
      Object.entries(actual.record.tags).map(([name, tag]) => [name, tag.value]),
    );
    return (
      (expected.contents && unequal("contents", expected.contents, contents)) ??
      within("tag", expected.tags, tags)
    );
  }
  const { verdict } = actual;
  const codes = verdict.keep ? [] : verdict.reasons.map((reason) => reason.code).sort();
  return (
    unequal("reasons", expected.keep ? [] : [...expected.reasons].sort(), codes) ??
    within("measure", expected.measures, actual.measures) ??
    within("tag", expected.keep ? expected.tags : undefined, actual.tags)
  );
}

/** Only what the example names is compared. */
function within(
  what: string,
  expected: { readonly [name: string]: Json } | undefined,
  actual: { readonly [name: string]: Json },
): string | undefined {
  for (const [name, value] of Object.entries(expected ?? {})) {
    const difference = unequal(`${what} ${name}`, value, actual[name] ?? null);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function unequal(what: string, expected: Json, actual: Json): string | undefined {
  const [wanted, got] = [canonicalJson(expected), canonicalJson(actual)];
  return wanted === got ? undefined : `${what} is ${got}, the example says ${wanted}`;
}
