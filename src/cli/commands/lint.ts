import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { CliContext } from "../cli-context.ts";
import type { Register } from "../register.ts";
import { renderProblems } from "../render/problems.ts";

export const registerLint: Register = (program, act) => {
  program
    .command("lint")
    .summary("list everything wrong with the configuration")
    .description("List everything that is wrong with the configuration.")
    .action((_flags: object, command) => act(command, lint));
};

/** Exits 2 when there is an error; warnings alone exit 0. */
export async function lint(cli: CliContext): Promise<ExitCode> {
  const [{ lintConfig }, { builtins }] = await Promise.all([
    import("../../config/load-config.ts"),
    import("../../builtins.ts"),
  ]);
  const problems = await lintConfig(cli.configFile, { env: cli.deps.env, builtins });
  if (cli.json) await cli.out.json({ problems });
  else await cli.out.lines(renderProblems(problems, cli.style));
  return problems.some((problem) => problem.severity === "error") ? exitCodes.usage : exitCodes.done;
}
