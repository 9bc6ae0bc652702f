import { type ExitCode, exitCodes } from "../../core/errors.ts";
import { readLedger } from "../../runtime/read-ledger.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import type { Register } from "../register.ts";
import { showLedger } from "../show-ledger.ts";

interface LedgerFlags {
  readonly digest?: true;
}

export const registerLedger: Register = (program, act) => {
  program
    .command("ledger")
    .summary("show what became of every record")
    .description("Show what became of every record, as of the last commits.")
    .option("--digest", "also the sha256 of each pipeline's state")
    .action((flags: LedgerFlags, command) => act(command, (cli) => ledger(cli, flags)));
};

export function ledger(cli: CliContext, flags: LedgerFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const report = await readLedger(log, config.pipelines, { digest: flags.digest === true });
    await showLedger(cli, report, log, config);
    return exitCodes.done;
  });
}
