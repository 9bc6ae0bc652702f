import { canonicalJson } from "../../src/core/json.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import type { LedgerReport } from "../../src/runtime/read-ledger.ts";
import { magpie, startMagpie } from "./magpie.ts";
import { recordsOf } from "./sampler-workplace.ts";

/** What came of a recipe, as far as it must be the same however often the run was interrupted. */
export interface SamplerOutcome {
  /** Ids of the instructions, in the order of their topic. */
  readonly drawn: readonly string[];
  /** As JSON, in the order of their topic, without the times at which their tickets were drawn. */
  readonly conversations: readonly string[];
  /** Pipelines that are not balanced or did not receive every record. */
  readonly unbalanced: readonly string[];
  /** What `magpie verify` printed when it did not pass. */
  readonly unverified: string | undefined;
}

export async function samplerOutcome(folder: string, sampled: number): Promise<SamplerOutcome> {
  const conversations = await recordsOf(folder, "conversations.curated");
  const ledger = await magpie(folder, ["ledger", "--json"]);
  const { pipelines } = JSON.parse(ledger.stdout) as LedgerReport;
  const verify = await startMagpie(folder, ["verify"]).ended;
  return {
    drawn: (await recordsOf(folder, "instructions.raw")).map(({ id }) => id),
    conversations: conversations.map(timeless),
    unbalanced: Object.entries(pipelines)
      .filter(([, { received, balanced }]) => received !== sampled || !balanced)
      .map(([name, { received }]) => `${name}, which received ${received}`),
    unverified: verify.code === 0 ? undefined : `exit ${verify.code}: ${verify.stdout}${verify.stderr}`,
  };
}

/** One line for every kind of difference; empty when each of the tickets came to what it came to in the uninterrupted run. */
export function outcomeProblems(expected: SamplerOutcome, actual: SamplerOutcome): readonly string[] {
  return [
    ...unequal("instructions", expected.drawn, actual.drawn),
    ...unequal("conversations", expected.conversations, actual.conversations),
    ...actual.unbalanced.map((pipeline) => `not balanced: ${pipeline}`),
    ...(actual.unverified === undefined ? [] : [`verify does not pass: ${actual.unverified}`]),
  ];
}

function unequal(what: string, expected: readonly string[], actual: readonly string[]): readonly string[] {
  if (canonicalJson(actual) === canonicalJson(expected)) return [];
  const missing = expected.filter((each) => !actual.includes(each)).length;
  return [`${what}: ${actual.length} for ${expected.length}, ${missing} of these missing or changed`];
}

function timeless({ provenance: { created: _, ...provenance }, ...record }: MagpieRecord): string {
  return canonicalJson({ ...record, provenance });
}
