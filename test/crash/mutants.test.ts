import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "./fault.ts";
import { magpie, start } from "./magpie.ts";
import { PaidAccount } from "./paid-account.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { differences, takeSnapshot } from "./snapshot.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await rehearse({
    name: "mutants",
    records: 20_000,
    partitions: 1,
    sync: "background",
    chained: false,
  });
});
afterAll(() => rehearsal.close());

/** Dies of the fault, finishes with the real command, and says what the suite has to say about it. */
async function problemsAfter(fault: Fault): Promise<readonly string[]> {
  const workspace = await rehearsal.start();
  const paid = new PaidAccount(rehearsal.server, rehearsal.needed);
  const args = [JSON.stringify(fault), "run", "--until-idle"];
  expect((await start(workspace.folder, "dist/test/crash/child.js", args).ended).signal).toEqual("SIGKILL");
  await workspace.withLog((log) => paid.afterKill(log));
  await magpie(workspace.folder, ["run", "--until-idle"]);
  const problems = [...differences(rehearsal.expected, await takeSnapshot(workspace)), ...paid.problems()];
  await workspace.remove();
  return problems;
}

test("the same kill without a mutant is not noticed", async () => {
  expect(await problemsAfter({ kill: { label: "after-commit", hit: 7 } })).toEqual([]);
});

test("a position written before its outputs is noticed: the outputs are missing", async () => {
  // Every commit is two, so an odd hit is the first half.
  const problems = await problemsAfter({ mutant: "position-first", kill: { label: "after-commit", hit: 7 } });
  expect(problems).toContainEqual(expect.stringMatching(/^\d+ missing messages/));
  expect(problems).toContainEqual(expect.stringMatching(/^verify does not pass/));
});

test("state written outside of the commit is noticed: records are admitted twice", async () => {
  const problems = await problemsAfter({ mutant: "state-apart", kill: { label: "after-commit", hit: 7 } });
  expect(problems).toContainEqual(expect.stringMatching(/^\d+ changed messages/));
  expect(problems).toContainEqual(expect.stringMatching(/^ledger of instructions/));
});

test("an answer journaled after its use is noticed: it is paid twice", async () => {
  const problems = await problemsAfter({ mutant: "answers-late", kill: { label: "before-answer", hit: 1 } });
  expect(problems).toEqual([expect.stringMatching(/^\d+ calls were paid, but only \d+ may be/)]);
});
