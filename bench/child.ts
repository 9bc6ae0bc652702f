import { type ChildProcess, fork } from "node:child_process";
import type { JobName, JobResult, JobSettings } from "./jobs.ts";

/**
 * Runs a job in a process of its own, so that heap, compiled code and memory are its own. `onStart` is given the process.
 * Throws when it ends without a result; its own error goes to stderr.
 */
export async function runInChild<Name extends JobName>(
  job: Name,
  settings: JobSettings<Name>,
  onStart?: (child: ChildProcess) => void,
): Promise<JobResult<Name>> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const child = fork(new URL(`./child-main.${extension}`, import.meta.url), [job, JSON.stringify(settings)], {
    execArgv: ["--expose-gc"],
  });
  onStart?.(child);
  let result: JobResult<Name> | undefined;
  child.on("message", (message) => {
    result = message as JobResult<Name>;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (result === undefined)
    throw new Error(`the job ${job} ended with exit code ${code} and without a result`);
  return result;
}
