import { routeStage } from "../core/route.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";

/** Quarantine entries of records that no stage has seen name `read` as their stage, verdicts on those that no route takes `route`. */
const reservedIds: readonly string[] = ["read", routeStage];

/** Ids that two stages share or that are not free. */
export function stageIdFindings(
  stages: readonly { readonly id: string; readonly path: Path }[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { id, path } of stages) {
    if (reservedIds.includes(id))
      findings.push({ path, at: "value", message: `a stage cannot have the id "${id}"` });
    else if (seen.has(id))
      findings.push({
        path,
        at: "value",
        message: `two stages of the pipeline have the id ${JSON.stringify(id)}`,
        hint: "give one of them another `id`",
      });
    seen.add(id);
  }
  return findings;
}
