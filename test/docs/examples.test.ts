import { join } from "node:path";
import { expect, test } from "vitest";
import asks from "../../examples/questions/asks.ts";
import { checkConformance } from "../../src/testing/conformance.ts";
import { runMagpie } from "../cli/cli-harness.ts";
import { root } from "./blocks.ts";

const config = join(root, "examples/questions/magpie.yaml");
const openLog = () => Promise.reject(new Error("nothing is written"));

test("the example of two pipelines with a local filter has no mistakes", async () => {
  const linted = await runMagpie(["lint", "-c", config], { openLog });
  expect(linted).toEqual({ code: 0, stdout: "no problems\n", stderr: "" });
});

test("the example's filter keeps the contract of plugins", async () => {
  expect(await checkConformance(asks)).toEqual([]);
});

test("the example picks questions out of the shipped generations", async () => {
  const data = join(root, "examples/data/generations-wide.jsonl.gz");
  const args = ["try", data, "--limit", "300", "-c", config, "--json"];
  const { code, stdout } = await runMagpie(args, { openLog });
  const { clean, questions } = JSON.parse(stdout).pipelines;
  expect([code, clean.received, questions.received]).toEqual([0, 300, clean.curated]);
  expect([clean.balanced, questions.balanced, questions.curated > 0]).toEqual([true, true, true]);
  expect(Object.keys(questions.stages[0].reasons).sort()).toEqual(["no_question_mark", "other_opening"]);
});
