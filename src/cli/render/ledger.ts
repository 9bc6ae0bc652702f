import type { LedgerReport } from "../../runtime/read-ledger.ts";
import { renderFunnel } from "./funnel.ts";
import { countOf, formatBytes, formatCount, formatDuration } from "./numbers.ts";
import { renderState } from "./plan.ts";
import type { Style } from "./style.ts";

/** The funnel of every pipeline, an empty line between them, in `width` columns. */
export function renderLedger(
  report: LedgerReport,
  answers: { readonly answers: number; readonly bytes: number },
  width: number,
  style: Style,
): readonly string[] {
  const blocks = Object.entries(report.pipelines).map(([name, account]) => [
    ...renderFunnel(name, account, width, style),
    ...account.stages.flatMap(({ id, state }) =>
      state === undefined ? [] : [style.dim(`  ${id} remembers ${renderState(state)}`)],
    ),
    ...account.stages.flatMap(({ id, tokens, modelMs }) =>
      tokens === undefined
        ? []
        : [
            style.dim(
              `  ${id} read ${countOf(tokens.prompt, "token")} and generated ${formatCount(tokens.completion)}${modelMs === undefined ? "" : ` in ${formatDuration(modelMs)} of models`}`,
            ),
          ],
    ),
    ...(account.inFlight > 0 ? [`  ${countOf(account.inFlight, "record")} in flight`] : []),
    ...(account.balanced ? [] : [style.red("  not balanced: run `magpie verify`")]),
    ...(account.stateDigest === undefined ? [] : [style.dim(`  state sha256 ${account.stateDigest}`)]),
  ]);
  if (answers.answers > 0)
    blocks.push([
      style.dim(`${countOf(answers.answers, "paid answer")} kept, ${formatBytes(answers.bytes)}`),
    ]);
  return blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]));
}
