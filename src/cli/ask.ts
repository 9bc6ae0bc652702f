import { createInterface } from "node:readline/promises";
import type { CliContext } from "./cli-context.ts";

/** Asks on the terminal and gives what was typed; empty when the input ends. */
export async function ask({ deps }: CliContext, question: string): Promise<string> {
  const terminal = createInterface({ input: deps.stdin, output: deps.stderr });
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}
