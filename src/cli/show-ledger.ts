import type { Config } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import type { LedgerReport } from "../runtime/read-ledger.ts";
import { readYields } from "../runtime/tickets/read-yields.ts";
import type { CliContext } from "./cli-context.ts";
import { renderHints } from "./render/hints.ts";
import { renderLedger } from "./render/ledger.ts";
import { renderYields } from "./render/yields.ts";

/** Prints an account, and what the samplers among it have cost. */
export async function showLedger(
  cli: CliContext,
  report: LedgerReport,
  log: Log,
  { samplers, pipelines }: Pick<Config, "samplers" | "pipelines">,
): Promise<void> {
  const yields = await readYields(log, samplers, pipelines);
  if (cli.json) return cli.out.json(samplers.length === 0 ? report : { ...report, samplers: yields });
  await cli.out.lines(renderLedger(report, await log.answers.size(), cli.out.columns, cli.style));
  if (samplers.length > 0) await cli.out.lines(["", ...renderYields(yields, cli.style)]);
  await cli.out.lines(renderHints(report, cli.style));
}
