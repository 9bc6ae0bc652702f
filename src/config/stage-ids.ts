import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";

/** Quarantine entries of records that no stage has seen name `read` as their stage. */
const reservedId = "read";

/** Ids that two stages share or that are not free. */
export function stageIdFindings(
  stages: readonly { readonly id: string; readonly path: Path }[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { id, path } of stages) {
    if (id === reservedId)
      findings.push({ path, at: "value", message: `a stage cannot have the id "${reservedId}"` });
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
