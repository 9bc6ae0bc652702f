import { expect, test } from "vitest";
import { runMagpie } from "../../cli/cli-harness.ts";
import { smolLm2 } from "./real-model.ts";

const openLog = () => Promise.reject(new Error("no log is needed"));

test("probe passes an aligned model with the template of its own file", async () => {
  const { code, stdout } = await runMagpie(["probe", smolLm2(), "--json"], { openLog });
  expect([code, JSON.parse(stdout).findings]).toEqual([0, []]);
});

test("probe does not pass the same model without its system block, and says so", async () => {
  const args = ["--samples", "8", "--max-tokens", "64", "--prompt", "<|im_start|>user\\n"];
  const { code, stdout } = await runMagpie(["probe", smolLm2(), ...args], { openLog });
  expect(code).toBe(65);
  expect(stdout).toContain("use the model's own chat template with its system block");
});
