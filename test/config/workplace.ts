import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { type ConfigDeps, lintText } from "../../src/config/load-config.ts";
import { formatProblem } from "../../src/config/problem.ts";

/** A folder with these files, removed when the test ends. */
export function folderWith(files: { readonly [path: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), "magpie-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The problems of a configuration text, one line each; warnings are marked. */
export async function lint(text: string, env: ConfigDeps["env"] = {}): Promise<readonly string[]> {
  const problems = await lintText("magpie.yaml", text, { env, builtins });
  return problems.map(
    (problem) => `${problem.severity === "warning" ? "warning " : ""}${formatProblem(problem)}`,
  );
}

/** A plugin file that drops what has fewer than `minWords` words. */
export const minWordsPlugin = `
import { closed, defineFilter, dropIfAny, instructionOf, Type } from "magpie-stream";

export default defineFilter({
  meta: {
    name: "min-words",
    version: "1.0.0",
    summary: "Drops short instructions.",
    config: closed({ minWords: Type.Integer({ minimum: 0, default: 2, description: "Fewest words." }) }),
    measures: closed({ words: Type.Integer({ description: "Words." }) }),
    reasons: { too_short: "The instruction has {observed} words." },
  },
  decide: (measures, config) =>
    dropIfAny(measures.words < config.minWords ? [{ code: "too_short", observed: measures.words }] : []),
  setup: () => ({
    measure: (batch) => batch.map((record) => ({ words: (instructionOf(record) ?? "").split(/\\s+/).length })),
  }),
});
`;
