import { messageOf } from "../../src/core/errors.ts";
import { SetupError } from "./setup-error.ts";

/** Progress, for the person who waits. */
export function say(progress: string): void {
  process.stderr.write(`kafka: ${progress}\n`);
}

/** Runs a script's body; what a person can put right is told without a stack. */
export async function runScript(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    say(
      error instanceof SetupError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : messageOf(error),
    );
    process.exitCode = 1;
  }
}
