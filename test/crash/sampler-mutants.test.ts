import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CompletionsServer } from "./completions-server.ts";
import type { Fault } from "./fault.ts";
import { runWithFault } from "./faulty-run.ts";
import { magpie } from "./magpie.ts";
import { SamplerAccount } from "./sampler-account.ts";
import { samplerWorkplace } from "./sampler-workplace.ts";

/** Commits are rare, so that a kill leaves behind answers that no commit has. */
const recipe = { sampled: 64, commitMs: 1000 };

const server = new CompletionsServer(20);
beforeAll(() => server.listen());
afterAll(() => server.close());

/** Dies of the fault, finishes with the real command, and says what the account of a killed recipe has to say about it. */
async function problemsAfter(fault: Fault): Promise<readonly string[]> {
  server.asked.clear();
  const folder = await samplerWorkplace(recipe, server);
  const account = new SamplerAccount(server, 2 * recipe.sampled);
  expect(await runWithFault({ folder }, fault)).toEqual("SIGKILL");
  await account.afterKill(folder);
  await magpie(folder, ["run", "--until-idle"]);
  await rm(folder, { recursive: true });
  return account.problems();
}

/** Enough instructions for a commit were asked for and answered, and none is committed. */
const withinFirstCommit = { label: "mid-commit", hit: 1 } as const;

test("without a mutant, the kill that gives the mutant away is not noticed", async () => {
  expect(await problemsAfter({ kill: withinFirstCommit })).toEqual([]);
});

test("a sampler's answers that are not journaled are noticed: they are paid twice", async () => {
  expect(await problemsAfter({ mutant: "answers-lost", kill: withinFirstCommit })).toEqual([
    expect.stringMatching(/^\d+ calls were paid, but only \d+ may be/),
  ]);
});
