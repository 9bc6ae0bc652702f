import { type ExitCode, errorCatalogue, exitCodes } from "../../core/errors.ts";
import { type VerifyReport, verifyPipeline } from "../../runtime/verify.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import type { Register } from "../register.ts";
import { renderVerify } from "../render/verify.ts";

export const registerVerify: Register = (program, act) => {
  program
    .command("verify")
    .summary("prove that every input is in exactly one place")
    .description("Prove, from the topics alone, that every input is in exactly one place.")
    .action((_flags: object, command) => act(command, verify));
};

/** Exits with MGP_VERIFY_FAILED's code when an input is missing or is there twice. */
export function verify(cli: CliContext): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const reports: VerifyReport[] = [];
    for (const pipeline of config.pipelines) {
      const report = await verifyPipeline(log, pipeline);
      reports.push(report);
      if (!cli.json) await cli.out.lines(renderVerify(report, cli.style));
    }
    const ok = reports.every((report) => report.ok);
    if (cli.json) await cli.out.json({ ok, pipelines: reports });
    return ok ? exitCodes.done : errorCatalogue.MGP_VERIFY_FAILED.exit;
  });
}
