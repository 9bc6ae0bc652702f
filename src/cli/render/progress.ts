import type { PipelineProgress, RunProgress } from "../../runtime/progress.ts";
import { renderBar } from "./bar.ts";
import { renderFunnel } from "./funnel.ts";
import { formatBytes, formatCount, formatRate } from "./numbers.ts";
import type { Style } from "./style.ts";
import { truncate } from "./text.ts";

/** What all pipelines do: a funnel each, or, where those are too tall for the terminal, their totals. */
export function renderProgress(
  progress: RunProgress,
  size: { readonly columns: number; readonly rows: number },
  style: Style,
): readonly string[] {
  const blocks = progress.pipelines.map((pipeline) => [
    ...renderFunnel(pipeline.name, pipeline.ledger, size.columns - 1, style),
    `  ${renderState(pipeline, style)}`,
  ]);
  const full = blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]));
  const lines = full.length < size.rows ? full : blocks.flatMap((block) => [block[0]!, block.at(-1)!]);
  return lines.slice(0, size.rows - 1).map((line) => truncate(line, size.columns - 1));
}

function renderState(pipeline: PipelineProgress, style: Style): string {
  const { inFlight, window, idle } = pipeline;
  const share = Math.max(inFlight.records / window.records, inFlight.bytes / window.bytes);
  return [
    idle ? style.dim("waiting for records") : style.bold(formatRate(pipeline.ratePerSecond)),
    `lag ${formatCount(pipeline.lag)}`,
    `window ${style.cyan(renderBar(share, 8))} ${formatCount(inFlight.records)} records, ${formatBytes(inFlight.bytes)}`,
    `${formatCount(pipeline.commits)} commits`,
  ].join(style.dim(" · "));
}

/** The same on one line, for a file or a journal. */
export function renderProgressLine(pipeline: PipelineProgress, style: Style): string {
  const { ledger } = pipeline;
  return [
    `${style.bold(pipeline.name)}: ${formatCount(ledger.received)} received`,
    `${formatCount(ledger.curated)} curated`,
    `${formatCount(ledger.rejected)} rejected`,
    `${formatCount(ledger.quarantined)} quarantined`,
    formatRate(pipeline.ratePerSecond),
    `lag ${formatCount(pipeline.lag)}`,
    `in flight ${formatCount(pipeline.inFlight.records)} (${formatBytes(pipeline.inFlight.bytes)})`,
  ].join(", ");
}
