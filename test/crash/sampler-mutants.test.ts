import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "./fault.ts";
import { runWithFault } from "./faulty-run.ts";
import { magpie } from "./magpie.ts";
import { SamplerAccount } from "./sampler-account.ts";
import { rehearseSampler, type SamplerRehearsal } from "./sampler-kills.ts";
import { outcomeProblems, samplerOutcome } from "./sampler-outcome.ts";

/** Commits are rare, so that a kill leaves answers behind that no commit has. */
const recipe = { sampled: 64, commitMs: 1000 };

let rehearsal: SamplerRehearsal;
beforeAll(async () => {
  rehearsal = await rehearseSampler(recipe);
});
afterAll(() => rehearsal.close());

/** Dies of the fault, finishes with the real command, and says what the account of a killed recipe has to say about it. */
async function problemsAfter(fault: Fault): Promise<readonly string[]> {
  const folder = await rehearsal.start();
  const account = new SamplerAccount(rehearsal.server, rehearsal.needed);
  expect(await runWithFault({ folder }, fault)).toEqual("SIGKILL");
  await account.afterKill(folder);
  await magpie(folder, ["run", "--until-idle"]);
  const problems = [
    ...outcomeProblems(rehearsal.expected, await samplerOutcome(folder, recipe.sampled)),
    ...account.problems(),
  ];
  await rm(folder, { recursive: true });
  return problems;
}

test("without a mutant, a recipe killed with many answers journaled and none committed pays them once", async () => {
  expect(await problemsAfter({ kill: { label: "after-answer", hit: 20 } })).toEqual([]);
});

test("a sampler's answer that is journaled after its use is noticed: it is paid twice", async () => {
  const problems = await problemsAfter({ mutant: "answers-late", kill: { label: "before-answer", hit: 1 } });
  expect(problems).toEqual([expect.stringMatching(/^\d+ calls were paid, but only \d+ may be/)]);
});

test("a sampler's answer that is never journaled is noticed: it is paid twice", async () => {
  const problems = await problemsAfter({ mutant: "answers-lost", kill: { label: "mid-commit", hit: 1 } });
  expect(problems).toEqual([expect.stringMatching(/^\d+ calls were paid, but only \d+ may be/)]);
});
