import { expect, test } from "vitest";
import { findProfile } from "../../../src/model/profiles/find-profile.ts";
import { runMagpie } from "../../cli/cli-harness.ts";
import { smolLm2 } from "./real-model.ts";

async function probe(...options: readonly string[]) {
  const { code, stdout } = await runMagpie(["probe", smolLm2(), "--json", ...options], {
    openLog: () => Promise.reject(new Error("no log is needed")),
  });
  return { code, report: JSON.parse(stdout) };
}

test("probe passes an aligned model with the template of its own file", async () => {
  const { code, report } = await probe();
  expect([code, report.samples, report.findings]).toEqual([0, 40, []]);
});

/** Prompts that fail run on and on: a third of the tokens tells as much. */
const few = ["--max-tokens", "64"];

test("probe does not pass the same model without its system block, and says so", async () => {
  const { code, report } = await probe("--prompt", "<|im_start|>user\\n", ...few);
  expect([code, report.samples]).toEqual([65, 40]);
  expect(report.findings).toContainEqual(
    expect.stringContaining("use the model's own chat template with its system block"),
  );
});

test("probe does not pass it with another family's template", async () => {
  const { preQuery } = findProfile("meta-llama/Meta-Llama-3-8B-Instruct")!;
  const { code, report } = await probe("--prompt", preQuery, ...few);
  expect([code, report.samples]).toEqual([65, 40]);
  expect(report.findings).toContainEqual(
    expect.stringContaining("use the model's own chat template with its system block"),
  );
});
