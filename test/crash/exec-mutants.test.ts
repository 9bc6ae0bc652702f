import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "magpie-mutants-"));

/** A copy of the sources, so that what is broken is broken in them and not beside them. */
beforeAll(() => {
  const left = ["node_modules", ".git", "dist"];
  cpSync(root, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Whether the test of a fault passes in the copy. */
function passes(fault: string): boolean {
  const args = [
    "vitest",
    "run",
    "--project",
    "unit",
    "test/exec/faults.test.ts",
    "-t",
    `^${fault} at one record`,
  ];
  const { status, stdout } = spawnSync("npx", args, { cwd: copy, encoding: "utf8" });
  if (!/Tests .*1 (passed|failed)/.test(stdout))
    throw new Error(`the test of ${fault} did not run:\n${stdout}`);
  return status === 0;
}

test.each([
  [
    "answers to another batch are taken",
    "wrong-id",
    "src/exec/exec-process.ts",
    'answer.type !== "ready" && answer.id !== id',
    'answer.type !== "ready" && answer.id === id + 2',
  ],
  [
    "a batch that fails is given up as a whole",
    "crash",
    "src/runtime/batch-caller.ts",
    "if (batch.length === 1) return [failureOf(error, spent + attempt)];",
    "return batch.map(() => failureOf(error, spent + attempt));",
  ],
  [
    "too few results are taken",
    "missing-verdict",
    "src/runtime/batch-caller.ts",
    "if (results.length !== expected)",
    "if (results.length > expected)",
  ],
  [
    "a program that hangs is not ended",
    "hang",
    "src/exec/exec-process.ts",
    "const abort = () => this.#child.kill(signal.reason);",
    "const abort = () => {};",
  ],
])("it is noticed when %s", (_, fault, file, code, mutant) => {
  const path = join(copy, file);
  const source = readFileSync(path, "utf8");
  expect(source.split(code)).toHaveLength(2);
  expect(passes(fault)).toBe(true);
  writeFileSync(
    path,
    source.replace(code, () => mutant),
  );
  expect(passes(fault)).toBe(false);
  writeFileSync(path, source);
});
