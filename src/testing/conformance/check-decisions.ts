import type { JsonObject } from "../../core/json.ts";
import type { Context, ExternalFilter, FilterPlugin, Plugin, StatefulPlugin } from "../../core/plugin.ts";
import { formatPosition } from "../../core/position.ts";
import { measuresChecker, type NamedRecord } from "./check-behaviour.ts";
import { positionOf } from "./example-records.ts";
import { type Outcome, openPlugin } from "./run-plugin.ts";
import type { Report } from "./violation.ts";

/** What a judge makes of records in log order: declared reasons and tags, the same twice, and state only for what it keeps. */
export async function checkDecisions(
  plugin: FilterPlugin | StatefulPlugin | ExternalFilter,
  config: JsonObject,
  context: Context,
  named: readonly NamedRecord[],
  report: Report,
): Promise<void> {
  const outcomes = await runOnce(plugin, config, context, named);
  const again = await runOnce(plugin, config, context, named);
  const problem = measuresChecker(plugin.meta.measures);
  for (const [i, [name]] of named.entries()) {
    const outcome = outcomes[i];
    if (outcome?.kind !== "judged") continue;
    if (JSON.stringify(outcome) !== JSON.stringify(again[i]))
      report("repeatable", `${name}: another verdict in a second run over the same records`);
    const found = problem(outcome.measures);
    if (found !== undefined) report("result_shape", `${name}: ${found}`);
    for (const reason of outcome.verdict.keep ? [] : outcome.verdict.reasons)
      if (!Object.hasOwn(plugin.meta.reasons, reason.code))
        report("undeclared", `${name}: the reason ${reason.code} is not in meta.reasons`);
    for (const tag of Object.keys(outcome.tags))
      if (!Object.hasOwn(plugin.meta.tags ?? {}, tag))
        report("undeclared", `${name}: the tag ${tag} is not in meta.tags`);
    if (outcome.stateChanged === true && !outcome.verdict.keep)
      report("state_on_drop", `${name}: dropped, but admit changed the state`);
  }
  if (plugin.kind === "stateful") await checkEarlierAttempt(plugin, config, context, named, report);
}

async function runOnce(
  plugin: Plugin,
  config: JsonObject,
  context: Context,
  named: readonly NamedRecord[],
): Promise<readonly Outcome[]> {
  const open = await openPlugin(plugin, config, context);
  try {
    return await open.run(
      named.map(([, record]) => record),
      named.map((_, i) => positionOf(i)),
    );
  } finally {
    await open.close();
  }
}

/** Admits each record twice, the second time as a replay of the first. */
async function checkEarlierAttempt(
  plugin: StatefulPlugin,
  config: JsonObject,
  context: Context,
  named: readonly NamedRecord[],
  report: Report,
): Promise<void> {
  const original = formatPosition(positionOf(0));
  for (const [name, record] of named) {
    const open = await openPlugin(plugin, config, context);
    const [first, replayed] = await open.run(
      [record, record],
      [positionOf(0), { ...positionOf(1), original }],
    );
    await open.close();
    if (first?.kind !== "judged" || replayed?.kind !== "judged") continue;
    if (first.verdict.keep && !replayed.verdict.keep) {
      report("earlier_attempt", `${name}: dropped as a duplicate of its own earlier attempt`);
      return;
    }
  }
}
