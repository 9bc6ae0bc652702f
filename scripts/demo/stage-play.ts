import { fileURLToPath } from "node:url";
import { runCli } from "../../src/cli/cli.ts";
import { processDeps } from "../../src/cli/process-deps.ts";
import { styleFor } from "../../src/cli/render/style.ts";

export const style = styleFor(process.stdout, process.env);
export const width = Math.min(process.stdout.columns ?? 100, 120);

let steps = 0;

/** Titles of what follows, numbered. */
export function step(title: string): void {
  steps += 1;
  say(`\n${style.bold(style.cyan(`${steps}  ${title}`))}`);
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Goes to a folder, given from the repository's root. */
export function enter(folder: string): void {
  process.chdir(fileURLToPath(new URL(`../../../${folder}`, import.meta.url)));
  say(style.dim(`$ cd ${folder}`));
}

/** Shows a command of `magpie` and runs it. Ends the process when it fails. */
export async function magpie(...argv: string[]): Promise<void> {
  say(style.dim(`$ magpie ${argv.join(" ")}`));
  const exit = await runCli(argv, processDeps);
  if (exit !== 0) process.exit(exit);
}
