import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runTestsBeside } from "../../src/cli/tests-beside.ts";
import { conformanceRules } from "../../src/testing/index.ts";
import { blocksOf, root } from "./blocks.ts";

const config = `version: 1
name: tested
pipelines: { clean: { from: raw, to: curated, stages: [{ use: exact-dedup }] } }
`;

test.each([
  ["of one plugin", 0, 2],
  ["of a pipeline", 1, 2],
  ["of a configuration", 2, 0],
])("the documented tests %s pass", async (_, block, tests) => {
  const folder = mkdtempSync(join(tmpdir(), "magpie-docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "magpie.yaml"), config);
  writeFileSync(join(folder, "x.test.ts"), blocksOf("docs/testing.md", "ts")[block]!);
  const ran = await runTestsBeside(join(folder, "x.ts"), { PATH: process.env["PATH"] ?? "" });
  expect(ran).toMatchObject({ passed: true });
  expect(ran?.output).toContain(tests === 0 ? "" : `ℹ pass ${tests}\n`);
});

test("the documented rules are those that are checked", () => {
  const rows = Object.entries(conformanceRules).map(([rule, asks]) => `| \`${rule}\` | ${asks} |\n`);
  expect(readFileSync(join(root, "docs/testing.md"), "utf8")).toContain(`|---|---|\n${rows.join("")}\n`);
});
