import { fill } from "./fill.ts";
import { runSlow } from "./memory-run.ts";
import { runFloor } from "./pipeline-floor.ts";
import { runPhases } from "./pipeline-phases.ts";
import { runPipeline } from "./pipeline-run.ts";

/** What can run in a process of its own, by name. Settings and results are plain JSON. */
export const jobs = {
  fill,
  floor: runFloor,
  pipeline: runPipeline,
  phases: runPhases,
  slow: runSlow,
};

export type JobName = keyof typeof jobs;
export type JobSettings<Name extends JobName> = Parameters<(typeof jobs)[Name]>[0];
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>;
