import { execFile } from "node:child_process";

export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** Why a program did not do its work: it is not there, or it ended with an error. */
export type ProgramFailure =
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly output: string };

/** Runs a program to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ProgramOutput | ProgramFailure> {
  return new Promise((resolve) => {
    execFile(program, args, { ...options, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else if (error.code === "ENOENT") resolve({ kind: "missing" });
      else resolve({ kind: "failed", output: `${stdout}${stderr}`.trim() });
    });
  });
}

export function hasFailed(result: ProgramOutput | ProgramFailure): result is ProgramFailure {
  return "kind" in result;
}
