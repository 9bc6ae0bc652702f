import { Command, CommanderError, Option } from "commander";
import { type ExitCode, exitCodes, MagpieError } from "../core/errors.ts";
import { packageVersion } from "../package-root.ts";
import { registerExplain } from "./commands/explain.ts";
import { registerExport } from "./commands/export.ts";
import { registerInit } from "./commands/init.ts";
import { registerLedger } from "./commands/ledger.ts";
import { registerLint } from "./commands/lint.ts";
import { registerModels } from "./commands/models.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerPlugin } from "./commands/plugin.ts";
import { registerProbe } from "./commands/probe.ts";
import { registerProduce } from "./commands/produce.ts";
import { registerQuarantine } from "./commands/quarantine.ts";
import { registerReport } from "./commands/report.ts";
import { registerReset } from "./commands/reset.ts";
import { registerRun } from "./commands/run.ts";
import { registerTap } from "./commands/tap.ts";
import { registerTopics } from "./commands/topics.ts";
import { registerTry } from "./commands/try.ts";
import { registerVerify } from "./commands/verify.ts";
import type { CliDeps } from "./deps.ts";
import { type LogLevel, logLevels } from "./log-level.ts";
import { Output } from "./output.ts";
import type { Act, Register } from "./register.ts";
import { styleFor } from "./render/style.ts";
import { reportError } from "./report-error.ts";

const commands: readonly Register[] = [
  registerInit,
  registerTry,
  registerRun,
  registerProduce,
  registerTap,
  registerExport,
  registerLedger,
  registerVerify,
  registerExplain,
  registerReport,
  registerQuarantine,
  registerTopics,
  registerReset,
  registerLint,
  registerPlan,
  registerPlugin,
  registerModels,
  registerProbe,
];

interface GlobalFlags {
  readonly config: string;
  readonly json?: true;
  readonly logLevel?: LogLevel;
}

/**
 * Runs one command line, without the name of the program. Never throws: what goes wrong is told on stderr, as JSON with
 * `--json`, and becomes the exit code.
 */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<ExitCode> {
  const out = new Output(deps.stdout);
  const err = new Output(deps.stderr);
  let exit: ExitCode = exitCodes.done;
  const act: Act = async (command, body) => {
    const flags = command.optsWithGlobals<GlobalFlags>();
    exit = await body({
      deps,
      out,
      err,
      style: styleFor(deps.stdout, deps.env),
      errStyle: styleFor(deps.stderr, deps.env),
      configFile: flags.config,
      json: flags.json === true,
      logLevel: flags.logLevel ?? (deps.stderr.isTTY === true ? "warn" : "info"),
    });
  };
  try {
    await createProgram(act, deps).parseAsync(argv, { from: "user" });
    return exit;
  } catch (error) {
    if (isHelp(error)) return exitCodes.done;
    const style = styleFor(deps.stderr, deps.env);
    return reportError(asUsageError(error), err, { json: argv.includes("--json"), style });
  }
}

function createProgram(act: Act, deps: CliDeps): Command {
  const program = new Command("magpie")
    .description("Curates what GPU samplers generate, exactly once, and feeds it to live training.")
    .version(packageVersion())
    .option("-c, --config <file>", "the configuration", "magpie.yaml")
    .option("--json", "print JSON for machines")
    .addOption(
      new Option(
        "--log-level <level>",
        "what is logged to stderr (default: warn on a terminal, else info)",
      ).choices(logLevels),
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 2 bad configuration or usage, 65 some input was refused, 69 a service is unavailable,\n70 an invariant broke (a bug of ours), 75 temporary: try again, 130 interrupted.",
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => deps.stdout.write(text),
      // Help asked for by giving no command at all; errors are told by runCli.
      writeErr: (text) => deps.stderr.write(text),
      outputError: () => {},
    })
    .exitOverride();
  for (const register of commands) register(program, act);
  return program;
}

function isHelp(error: unknown): boolean {
  return (
    error instanceof CommanderError &&
    (error.code === "commander.helpDisplayed" ||
      error.code === "commander.version" ||
      // `magpie help tap`, unlike no command at all, was asked for.
      (error.code === "commander.help" && error.exitCode === 0))
  );
}

function asUsageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.code === "commander.help")
    return new MagpieError("MGP_USAGE_INVALID", "name a command; they are listed above");
  const text = error.message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*)\?\)$/, "; did you mean $1?")
    .replace(/\.$/, "")
    .replace(/\. ([A-Z])/g, (_, letter: string) => `; ${letter.toLowerCase()}`)
    .replace(/^unknown command '[^']*'$/, "$&; `magpie --help` lists them");
  return new MagpieError("MGP_USAGE_INVALID", text);
}
