import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import type { Log } from "../../log/log.ts";
import { readLedger } from "../../runtime/read-ledger.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import type { StopSignal } from "../deps.ts";
import { findPipeline } from "../find-pipeline.ts";
import { commaList, wholeNumber } from "../flags.ts";
import { pluginLoaderUrl } from "../plugin-loader-url.ts";
import type { Register } from "../register.ts";
import { renderLedger } from "../render/ledger.ts";
import { createRunDisplay, type RunDisplay } from "../run-display.ts";

interface RunFlags {
  readonly only?: readonly string[];
  readonly untilIdle?: true;
  readonly drainSeconds: number;
}

export const registerRun: Register = (program, act) => {
  program
    .command("run")
    .summary("run what the configuration describes")
    .description(
      "Run what the configuration describes, until stopped: SIGTERM and Ctrl-C finish and commit first.",
    )
    .option("--only <names>", "only these pipelines, separated by commas", commaList)
    .option("--until-idle", "end when every input is consumed")
    .option("--drain-seconds <n>", "longest time to finish in after a signal", wholeNumber(0), 30)
    .action((flags: RunFlags, command) => act(command, (cli) => run(cli, flags)));
};

/** Exits 0 also after SIGTERM, 130 after SIGINT. Throws MGP_LEASE_HELD, MGP_DRAIN_TIMEOUT and what a pipeline dies of. */
export async function run(cli: CliContext, flags: RunFlags): Promise<ExitCode> {
  const stop = new AbortController();
  const display = createRunDisplay(cli);
  let received: StopSignal | undefined;
  // From the very start: a signal while the log is being opened ends the run like any other.
  const stopListening = cli.deps.onSignal((signal) => {
    if (received !== undefined) cli.deps.exit(signal === "SIGINT" ? 130 : 143);
    received = signal;
    display.note(`${signal}: finishing what was read, up to ${flags.drainSeconds} s; once more ends at once`);
    stop.abort();
  });
  try {
    await withLog(
      cli,
      async (config, log) => {
        const pipelines = flags.only?.map((name) => findPipeline(name, config)) ?? config.pipelines;
        await runConfigured(cli, flags, { config, pipelines, log, display, stop: stop.signal });
        const report = await readLedger(log, pipelines, { digest: false });
        if (cli.json) await cli.out.json(report);
        else await cli.out.lines(renderLedger(report, await log.answers.size(), cli.out.columns, cli.style));
      },
      display.logDestination,
    );
  } finally {
    stopListening();
  }
  return received === "SIGINT" ? exitCodes.interrupted : exitCodes.done;
}

interface Configured {
  readonly config: Config;
  readonly pipelines: readonly Pipeline[];
  readonly log: Log;
  readonly display: RunDisplay;
  readonly stop: AbortSignal;
}

async function runConfigured(
  cli: CliContext,
  flags: RunFlags,
  { config, pipelines, log, display, stop }: Configured,
): Promise<void> {
  const [{ runPipelines }, { createLogger }] = await Promise.all([
    import("../../runtime/run.ts"),
    import("../create-logger.ts"),
  ]);
  try {
    await runPipelines({
      log,
      pipelines,
      topics: config.topics,
      limits: config.limits,
      commit: config.commit,
      untilIdle: flags.untilIdle === true,
      stop,
      drainMs: flags.drainSeconds * 1000,
      logger: createLogger(cli.logLevel, display.logDestination, cli.deps.now),
      loaderUrl: pluginLoaderUrl,
      cacheDir: join(config.log.path, "cache"),
      now: cli.deps.now,
      jitter: cli.deps.random,
      onProgress: display.show,
    });
  } finally {
    display.close();
  }
}
