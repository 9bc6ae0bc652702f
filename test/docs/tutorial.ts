import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./blocks.ts";

const fence = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;

/** A block of commands. */
export interface Step {
  /** What the tutorial says it prints; `…` where it does not say. */
  readonly printed: string;
  readonly actual: string;
}

/**
 * Does what the tutorial says under a heading of the second level, verbatim, in one shell: writes the blocks that name a file to
 * that file, runs those in `sh`. Each of these is followed by what it prints. Throws when a command fails, with what it wrote.
 */
export function followTutorial(heading: string, cwd: string, env: NodeJS.ProcessEnv): readonly Step[] {
  const tutorial = readFileSync(join(root, "docs/tutorial.md"), "utf8");
  const section = tutorial.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`the tutorial has no section ${heading}`);

  const printed: string[] = [];
  const script = ["set -euo pipefail"];
  const mark = "--- end of a block ---";
  for (const [, language, file, text] of section.matchAll(fence)) {
    if (file !== undefined) script.push(`cat > ${file} <<'END-OF-FILE'\n${text}END-OF-FILE`);
    else if (language === "sh") {
      script.push(text!, `echo '${mark}'`);
    } else if (language === "text") printed.push(text!);
    else throw new Error(`the tutorial has a block in ${language} that nobody runs`);
  }
  const output = execFileSync("bash", ["-c", script.join("\n")], { cwd, env, encoding: "utf8" });
  const parts = output.split(`${mark}\n`);
  if (parts.length !== printed.length + 1)
    throw new Error("the tutorial has commands without what they print");
  return printed.map((text, index) => ({ printed: text, actual: parts[index]! }));
}

/** Whether a text is what is printed, where `…` stands for anything within a line. */
export function isPrinted(printed: string, actual: string): boolean {
  const pattern = printed.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
  return new RegExp(`^${pattern}$`).test(actual);
}
