import { expect, test } from "vitest";
import { killSampler } from "./sampler-kills.ts";

test("a recipe that is killed at five random moments has every id once, pays no answer twice and balances", async () => {
  const plan = { sampled: 120, commitMs: 20, kills: 5, seed: "sampler kills", withinMs: 200 };
  const report = await killSampler(plan);
  console.log(`${report.kills} kills; ${report.calls} calls for ${report.needed} answers`);
  expect(report.problems).toEqual([]);
  expect(report.kills).toBe(5);
});
