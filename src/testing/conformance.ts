import { validateStageConfig } from "../config/validate-stage-config.ts";
import { messageOf } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isTransform, type Plugin } from "../core/plugin.ts";
import { announceCalls, type OnCall } from "./conformance/announce-calls.ts";
import { checkPurePhase, type NamedRecord } from "./conformance/check-behaviour.ts";
import { checkDecisions } from "./conformance/check-decisions.ts";
import { checkExamples } from "./conformance/check-examples.ts";
import { checkLatency } from "./conformance/check-latency.ts";
import { checkMetadata } from "./conformance/check-metadata.ts";
import { hostileRecords, readInputs } from "./conformance/example-records.ts";
import type { Report, Violation } from "./conformance/violation.ts";
import { createTestContext } from "./test-context.ts";

export type { OnCall } from "./conformance/announce-calls.ts";
export type { ConformanceRule, Violation } from "./conformance/violation.ts";

export interface ConformanceOptions {
  /** Name of the folder the plugin lies in, for a built-in one. */
  readonly folder?: string;
  /** A directory the plugin may use as its cache; none by default. */
  readonly cacheDir?: string;
  /**
   * Milliseconds that a batch of 256 records of 2 KB may take, and so each record of 1 MiB: 10,000 by default, a third of the time
   * after which a stage gives up.
   */
  readonly budgetMs?: number;
  /**
   * Told of every call before it is made, with the record it is about. A loop that never ends can be seen from another thread only:
   * `magpie plugin test` runs this function in one.
   */
  readonly onCall?: OnCall;
}

const defaultBudgetMs = 10_000;

/**
 * Holds a plugin to the contract the runtime's guarantees rest on: complete metadata, examples that hold, pure phases that
 * neither change their input nor depend on what stands beside a record, measures that are plain JSON of the declared
 * schema, declared reasons and tags, state only for what is kept, time that grows with the text and no faster. Every rule it breaks is in the result; empty is good.
 */
export async function checkConformance(
  given: Plugin,
  options: ConformanceOptions = {},
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const report: Report = (rule, message) => {
    if (!violations.some((known) => known.rule === rule && known.message === message))
      violations.push({ rule, message });
  };
  const budgetMs = options.budgetMs ?? defaultBudgetMs;
  const plugin = options.onCall === undefined ? given : announceCalls(given, options.onCall);
  checkMetadata(plugin, options.folder, report);
  if (violations.some((violation) => violation.rule === "metadata")) return violations;

  const context = createTestContext(options.cacheDir ?? "");
  await checkExamples(plugin, context, report);
  for (const [i, config] of configsOf(plugin).entries()) {
    const named = [...exampleRecords(plugin), ...hostileRecords()];
    try {
      const callable = await checkPurePhase(plugin, config, context, named, report);
      if (callable && i === 0) await checkLatency(plugin, config, context, budgetMs, report);
      if (callable && !isTransform(plugin)) await checkDecisions(plugin, config, context, named, report);
    } catch (error) {
      report("threw", messageOf(error));
    }
  }
  return violations;
}

/** The default config, if there is one, and that of every example. */
function configsOf(plugin: Plugin): readonly JsonObject[] {
  const configs = new Map<string, JsonObject>();
  for (const given of [{}, ...(plugin.meta.examples ?? []).map((example) => example.with ?? {})]) {
    const checked = validateStageConfig(plugin, given);
    if ("config" in checked) configs.set(JSON.stringify(checked.config), checked.config);
  }
  return [...configs.values()];
}

function exampleRecords(plugin: Plugin): readonly NamedRecord[] {
  return (plugin.meta.examples ?? []).flatMap((example) => {
    try {
      return readInputs(example.records).map(
        (record, i): NamedRecord => [`"${example.title}", record ${i + 1}`, record],
      );
    } catch {
      return [];
    }
  });
}
