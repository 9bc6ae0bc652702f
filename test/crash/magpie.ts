import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The command as users start it, from the build. */
export function startMagpie(folder: string, args: readonly string[]): Running {
  return start(folder, "dist/src/cli/main.js", args);
}

/** Runs the command to its end. Throws when it does not exit with `code` (default 0). */
export async function magpie(folder: string, args: readonly string[], code = 0): Promise<Ended> {
  const ended = await startMagpie(folder, args).ended;
  if (ended.code !== code)
    throw new Error(
      `magpie ${args.join(" ")} exited with ${ended.code ?? ended.signal}:\n${ended.stdout}${ended.stderr}`,
    );
  return ended;
}

/** Starts a built script, given by its path from the repository's root. */
export function start(folder: string, script: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [`${process.cwd()}/${script}`, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    // A process that hangs ends with the test it belongs to, not after it.
    timeout: 300_000,
  });
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([{ code, signal }, stdout, stderr]) => ({ code, signal, stdout, stderr }),
  );
  return { process: child, ended };
}
