import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { MagpieError } from "../core/errors.ts";
import type { Program } from "../core/plugin.ts";
import { silentLogger } from "../core/silent-logger.ts";
import { describeProgram } from "../exec/describe-program.ts";
import { hashOfFiles, pathsIn } from "../exec/files-of.ts";
import type { Env } from "./expand-env.ts";
import { shapeProblems } from "./plugin-shape.ts";
import { withPythonSdk } from "./python-sdk.ts";
import type { ResolvedPlugin } from "./resolve-plugin.ts";

/** A command that cannot be used as a plugin. `index`: which of its words is at fault; undefined for what the program answered. */
export class ExecError extends MagpieError {
  readonly index: number | undefined;

  constructor(
    code: "MGP_PLUGIN_NOT_FOUND" | "MGP_PLUGIN_INVALID",
    message: string,
    { index, cause }: { readonly index?: number; readonly cause?: unknown } = {},
  ) {
    super(code, message, { cause });
    this.index = index;
  }
}

export interface ExecSurroundings {
  /** Of the configuration file: the program runs there. */
  readonly folder: string;
  readonly env: Env;
  /** Milliseconds until the program has said what it is. */
  readonly startTimeoutMs: number;
  readonly maxMemoryBytes: number;
}

/**
 * Starts the program of a command once, to hear what plugin it is. Throws an {@link ExecError} for a program or a file that is
 * missing, and for a program that does not describe a plugin.
 */
export async function resolveExec(
  command: readonly string[],
  { folder, env, ...limits }: ExecSurroundings,
): Promise<ResolvedPlugin> {
  await checkProgram(command[0]!, folder, env);
  await checkFiles(command, folder);
  const program: Program = {
    command,
    folder,
    env: withPythonSdk(env),
    sha256: await hashOfFiles(command, folder),
  };
  try {
    const signal = new AbortController().signal;
    const plugin = await describeProgram({ program, ...limits, logger: silentLogger, signal });
    const problems = shapeProblems(plugin);
    if (problems.length > 0) throw new ExecError("MGP_PLUGIN_INVALID", `its hello: ${problems.join("; ")}`);
    return { plugin, origin: { kind: "program" } };
  } catch (cause) {
    if (cause instanceof ExecError || !(cause instanceof MagpieError)) throw cause;
    throw new ExecError("MGP_PLUGIN_INVALID", cause.message, { cause });
  }
}

async function checkProgram(name: string, folder: string, env: Env): Promise<void> {
  const isPath = name.includes("/");
  const folders = (env["PATH"] ?? "").split(delimiter).filter((each) => each !== "");
  for (const path of isPath ? [resolve(folder, name)] : folders.map((each) => join(each, name)))
    if (await isExecutable(path)) return;
  if (!isPath)
    throw new ExecError("MGP_PLUGIN_NOT_FOUND", `there is no program ${JSON.stringify(name)} on the PATH`, {
      index: 0,
    });
  const what = (await isFile(resolve(folder, name)))
    ? `${name} is not executable; chmod +x it, or put its interpreter before it`
    : `there is no program ${resolve(folder, name)}; paths are relative to the folder of the configuration file`;
  throw new ExecError("MGP_PLUGIN_NOT_FOUND", what, { index: 0 });
}

/** Relative paths are files or folders, which must be there; absolute ones may be. */
async function checkFiles(command: readonly string[], folder: string): Promise<void> {
  for (const { index, word, path } of pathsIn(command, folder))
    if (!isAbsolute(word) && !(await exists(path)))
      throw new ExecError(
        "MGP_PLUGIN_NOT_FOUND",
        `there is no file ${path}; paths are relative to the folder of the configuration file`,
        { index },
      );
}

async function isExecutable(path: string): Promise<boolean> {
  if (!(await isFile(path))) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
