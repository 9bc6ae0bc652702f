import type { VerifyReport } from "../../runtime/verify.ts";
import { countOf, formatCount } from "./numbers.ts";
import type { Style } from "./style.ts";

/** What `verify` found in one pipeline. */
export function renderVerify(
  { pipeline, ok, checked, ...report }: VerifyReport,
  style: Style,
): readonly string[] {
  const verdict = ok ? style.green("✔ conserved") : style.red("✘ not conserved");
  const copies = checked.copies === 0 ? "" : ` (and ${countOf(checked.copies, "copy", "copies")})`;
  const places = `${formatCount(checked.curated)} curated${copies} + ${formatCount(checked.rejected)} rejected + ${formatCount(checked.quarantined)} quarantined${checked.inFlight === 0 ? "" : ` + ${formatCount(checked.inFlight)} in flight`}`;
  return [
    `${style.bold(pipeline)}  ${verdict}  ${countOf(checked.inputs, "input")} re-read: ${places}`,
    ...report.retained.map((range) => style.dim(`  covers ${range}`)),
    ...(report.orphaned > 0
      ? [`  ${countOf(report.orphaned, "duplicate")} of a record that was itself not curated`]
      : []),
    ...report.problems.map((problem) => `  ${style.red("✘")} ${problem}`),
  ];
}
