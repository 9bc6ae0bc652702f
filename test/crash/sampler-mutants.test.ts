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

const paidTwice = [expect.stringMatching(/^\d+ calls were paid, but only \d+ may be/)];

test("without a mutant, a recipe killed with answers journaled that no commit has pays them once", async () => {
  expect(await problemsAfter({ kill: { label: "after-answer", hit: 14 } })).toEqual([]);
});

test("a sampler's answer that is journaled after its use is noticed: it is paid twice", async () => {
  expect(await problemsAfter({ mutant: "answers-late", kill: { label: "before-answer", hit: 1 } })).toEqual(
    paidTwice,
  );
});

test("a sampler's answer that is never journaled is noticed: it is paid twice", async () => {
  expect(await problemsAfter({ mutant: "answers-lost", kill: { label: "mid-commit", hit: 1 } })).toEqual(
    paidTwice,
  );
});
