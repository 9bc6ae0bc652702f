import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** A folder in which `magpie` runs. */
export interface SampleFolder {
  magpie(...args: string[]): Promise<string>;
}

/** Curates the shipped generations as the demo does, in an empty folder. */
export async function curateSample(folder: string): Promise<SampleFolder> {
  const program = resolve("dist/src/cli/main.js");
  const magpie = async (...args: string[]) => {
    const run = await promisify(execFile)(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return run.stdout;
  };
  await copyFile("examples/demo/magpie.yaml", join(folder, "magpie.yaml"));
  for (const name of ["wide", "narrow"])
    await magpie("produce", "instructions.raw", resolve(`examples/data/generations-${name}.jsonl.gz`));
  await magpie("run", "--until-idle", "--only", "instructions");
  return { magpie };
}
