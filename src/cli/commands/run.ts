import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import type { Logger } from "../../core/plugin.ts";
import type { Log } from "../../log/log.ts";
import { readLedger } from "../../runtime/read-ledger.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import type { StopSignal } from "../deps.ts";
import { findPipeline } from "../find-pipeline.ts";
import { commaList, portNumber, wholeNumber } from "../flags.ts";
import { pluginLoaderUrl } from "../plugin-loader-url.ts";
import type { Register } from "../register.ts";
import { renderLedger } from "../render/ledger.ts";
import { createRunDisplay, type RunDisplay } from "../run-display.ts";

interface RunFlags {
  readonly only?: readonly string[];
  readonly untilIdle?: true;
  readonly drainSeconds: number;
  readonly metricsPort?: number;
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
    .option("--metrics-port <n>", "port of /metrics and /healthz; 0 is any free one", portNumber)
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

async function runConfigured(cli: CliContext, flags: RunFlags, configured: Configured): Promise<void> {
  const { createLogger } = await import("../create-logger.ts");
  const { display } = configured;
  try {
    await runWatched(
      cli,
      flags,
      configured,
      createLogger(cli.logLevel, display.logDestination, cli.deps.now),
    );
  } finally {
    display.close();
  }
}

/** Runs, and tells meanwhile how the run stands to whoever asks. */
async function runWatched(
  cli: CliContext,
  flags: RunFlags,
  { config, pipelines, log, display, stop }: Configured,
  logger: Logger,
): Promise<void> {
  const [{ runPipelines }, { RunMonitor }, { serveMonitor }] = await Promise.all([
    import("../../runtime/run.ts"),
    import("../../monitor/run-monitor.ts"),
    import("../../monitor/serve-monitor.ts"),
  ]);
  const { limits, commit } = config;
  const observer = new RunMonitor({ log, pipelines, limits, commit, stop }, cli.deps.clock);
  const port = flags.metricsPort ?? config.metrics.port;
  const server = await serveMonitor(observer, { ...config.metrics, port }, logger);
  // Of a run that ends by itself, nobody has to be told where to look meanwhile.
  if (flags.untilIdle !== true) display.note(`metrics: ${server.url}/metrics, health: ${server.url}/healthz`);
  try {
    await runPipelines({
      log,
      pipelines,
      topics: config.topics,
      limits,
      commit,
      untilIdle: flags.untilIdle === true,
      stop,
      drainMs: flags.drainSeconds * 1000,
      logger,
      loaderUrl: pluginLoaderUrl,
      cacheDir: join(config.log.path, "cache"),
      now: cli.deps.now,
      jitter: cli.deps.random,
      onProgress: display.show,
      observer,
    });
  } finally {
    await server.close();
  }
}
