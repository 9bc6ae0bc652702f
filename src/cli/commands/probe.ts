import { InvalidArgumentError } from "commander";
import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { ProbeReport } from "../../model/probe/judge-samples.ts";
import type { CliContext } from "../cli-context.ts";
import { wholeNumber } from "../flags.ts";
import type { Register } from "../register.ts";
import { renderProbe } from "../render/probe.ts";
import { weightFolders } from "../weight-folders.ts";

interface ProbeFlags {
  readonly prompt?: string;
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
}

export const registerProbe: Register = (program, act) => {
  program
    .command("probe")
    .argument("<model>", "a GGUF file, or a name that `magpie models list` lists")
    .summary("check that a model writes user queries from its pre-query template")
    .description(
      "Sample from a model's pre-query template, in this process, and say whether user queries come out.",
    )
    .option("--prompt <text>", "in place of the template derived from the model's file; \\n is a newline")
    .option("--samples <n>", "how many", wholeNumber(1), 40)
    .option("--temperature <t>", "of sampling", decimal, 0.8)
    .option("--top-p <p>", "of sampling", decimal, 0.9)
    .option("--max-tokens <n>", "of each sample", wholeNumber(1), 160)
    .action((model: string, flags: ProbeFlags, command) => act(command, (cli) => probe(cli, model, flags)));
};

/** Exits 65 when the samples are not what they should be. */
export async function probe(cli: CliContext, model: string, flags: ProbeFlags): Promise<ExitCode> {
  const [{ findWeights }, { probeModel }] = await Promise.all([
    import("../../model/weights/find-weights.ts"),
    import("../../model/probe/probe-model.ts"),
  ]);
  const report: ProbeReport = await probeModel({
    file: await findWeights(model, weightFolders(cli.deps.env)),
    prompt: flags.prompt?.replaceAll("\\n", "\n"),
    samples: flags.samples,
    temperature: flags.temperature,
    topP: flags.topP,
    maxTokens: flags.maxTokens,
    date: new Date(cli.deps.now()),
  });
  if (cli.json) await cli.out.json(report);
  else await cli.out.lines(renderProbe(report));
  return report.findings.length === 0 ? exitCodes.done : exitCodes.dataRefused;
}

function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("expected a number that is not negative");
  return value;
}
