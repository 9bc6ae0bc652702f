import { ConfigError } from "../config/problem.ts";
import { type ExitCode, exitCodes, MagpieError } from "../core/errors.ts";
import type { Output } from "./output.ts";
import type { Style } from "./render/style.ts";

/** Tells what went wrong, on stderr, and gives the exit code that goes with it. */
export async function reportError(
  error: unknown,
  err: Output,
  { json, style }: { readonly json: boolean; readonly style: Style },
): Promise<ExitCode> {
  const { exit, code, message } = describe(error);
  if (json) {
    const problems = error instanceof ConfigError ? { problems: error.problems } : {};
    await err.json({ error: { code, message, ...problems } });
  } else {
    const separator = message.includes("\n") ? "\n  " : " ";
    await err.write(`${style.red(`error ${code}:`)}${separator}${message.replaceAll("\n", "\n  ")}\n`);
  }
  return exit;
}

function describe(error: unknown) {
  if (error instanceof MagpieError) return { exit: error.exit, code: error.code, message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exit: exitCodes.invariant,
    code: "MGP_CLI_UNEXPECTED",
    message: `nobody foresaw this error; please report it\n${stack}`,
  };
}
