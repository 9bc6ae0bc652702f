import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { type ExitCode, exitCodes, MagpieError, messageOf } from "../../core/errors.ts";
import { packageRoot } from "../../package-root.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import type { Register } from "../register.ts";
import { countOf } from "../render/numbers.ts";
import { sampleConfig } from "../sample-config.ts";
import { appendSamples, sampleTopic } from "../samples.ts";

export const registerInit: Register = (program, act) => {
  program
    .command("init")
    .summary("write a working configuration, with sample data")
    .description("Write a working configuration, with sample data in its topic.")
    .argument("[dir]", "the folder; made when it does not exist", ".")
    .action((dir: string, _flags: object, command) => act(command, (cli) => init(cli, dir)));
};

/** Throws MGP_USAGE_INVALID when the folder has a configuration. */
export async function init(cli: CliContext, dir: string): Promise<ExitCode> {
  const folder = resolve(dir);
  const configFile = join(folder, "magpie.yaml");
  await writeConfig(folder, configFile);

  const records = await withLog({ ...cli, configFile }, (config, log) => appendSamples(cli, config, log));

  if (cli.json) await cli.out.json({ config: configFile, topic: sampleTopic, appended: records });
  else await cli.out.lines(nextSteps(folder, records, cli));
  return exitCodes.done;
}

async function writeConfig(folder: string, configFile: string): Promise<void> {
  const schema = new URL("schemas/config/v1.schema.json", packageRoot()).href;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(configFile, sampleConfig(schema, basename(folder)), { flag: "wx" });
  } catch (cause) {
    const text =
      (cause as NodeJS.ErrnoException).code === "EEXIST"
        ? `${configFile} exists already and was left as it is; name another folder: magpie init DIR`
        : `${configFile} cannot be written: ${messageOf(cause)}`;
    throw new MagpieError("MGP_USAGE_INVALID", text, { cause });
  }
}

function nextSteps(folder: string, records: number, { style }: CliContext): readonly string[] {
  const change = relative(process.cwd(), folder);
  const steps: readonly (readonly [string, string])[] = [
    ...(change === "" ? [] : [[`cd ${change}`, ""] as const]),
    ["magpie run --until-idle", "curate the sample"],
    ["magpie ledger", "what was kept, and why the rest was not"],
    ["magpie tap instructions.curated --limit 3", "look at what was kept"],
    ["magpie export instructions.curated --out curated.jsonl", "take it away"],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  return [
    `${style.green("✔")} wrote magpie.yaml, and ${countOf(records, "record")} to ${sampleTopic}`,
    "",
    "Next:",
    ...steps.map(([command, what]) => `  ${style.bold(command.padEnd(width))}  ${style.dim(what)}`.trimEnd()),
  ];
}
