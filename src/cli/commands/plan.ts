import { describeStages } from "../../core/describe-stages.ts";
import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { openableModels } from "../openable-models.ts";
import { type PipelinePlan, readPipelinePlan } from "../plan-report.ts";
import type { Register } from "../register.ts";
import { curveRows } from "../render/curve.ts";
import { renderPlan } from "../render/plan.ts";

export const registerPlan: Register = (program, act) => {
  program
    .command("plan")
    .summary("show what would run, and what an edit does to existing state")
    .description(
      "Show what would run: stages, how likely near-duplicates are found, bounds of memory, and what an edit of the configuration does to the state that is there. Changes nothing.",
    )
    .action((_flags: object, command) => act(command, plan));
};

/** Exits 2 when `run` would refuse a pipeline. */
export function plan(cli: CliContext): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const plans: PipelinePlan[] = [];
    const pipelines = await describeStages(config.pipelines, await openableModels(cli, config));
    for (const pipeline of pipelines) plans.push(await readPipelinePlan(log, pipeline));
    if (cli.json) await cli.out.json({ pipelines: plans.map(plainPlan) });
    else {
      const blocks = plans.map((each) => renderPlan(each, cli.out.columns, cli.style));
      await cli.out.lines(blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block])));
    }
    return plans.some(({ edit }) => edit.kind === "refused") ? exitCodes.usage : exitCodes.done;
  });
}

/** A curve as points, since JSON carries no functions. */
function plainPlan({ stages, ...plan }: PipelinePlan): object {
  return {
    ...plan,
    stages: stages.map(({ forecast, ...stage }) => {
      if (forecast?.curve === undefined) return { ...stage, ...(forecast === undefined ? {} : { forecast }) };
      const { measure, threshold, found } = forecast.curve;
      const points = curveRows(forecast.curve).map(([similarity]) => ({
        similarity,
        found: found(similarity),
      }));
      return { ...stage, forecast: { ...forecast, curve: { measure, threshold, points } } };
    }),
  };
}
