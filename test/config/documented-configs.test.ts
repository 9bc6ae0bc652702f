import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { lintText } from "../../src/config/load-config.ts";
import { formatProblem } from "../../src/config/problem.ts";

const root = join(import.meta.dirname, "../..");

const filesIn = (folder: string, suffix: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(suffix))
    .map((path) => join(folder, path));

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The ```yaml blocks that are whole configurations. */
function configurationsIn(text: string): readonly string[] {
  return [...text.matchAll(/^```ya?ml\n(.*?)^```$/gms)].flatMap(([, block]) =>
    block!.replace(/^(#.*\n)*/, "").startsWith("version:") ? [block!] : [],
  );
}

const documented = ["README.md", ...filesIn("docs", ".md")].flatMap((path) =>
  configurationsIn(read(path)).map((text, index) => ({
    name: `${path} #${index + 1}`,
    file: "magpie.yaml",
    text,
  })),
);
const examples = [
  ...documented,
  ...filesIn("examples", "magpie.yaml").map((path) => ({ name: path, file: path, text: read(path) })),
];

/** What they take from the environment. */
const env = { KAFKA_BROKER: "127.0.0.1:9092", MAGPIE_METRICS_TOKEN: "0123456789abcdef0123456789abcdef" };

test("the documentation shows configurations", () => {
  expect(documented.map(({ name }) => name)).toContain(join("docs", "configuration.md #1"));
});

test.each(examples)("the configuration $name has no mistakes", async ({ file, text }) => {
  const problems = await lintText(join(root, file), text, { env, builtins });
  expect(problems.map((problem) => relative(root, formatProblem(problem)))).toEqual([]);
});
