import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "./fault.ts";
import { runWithFault } from "./faulty-run.ts";
import { magpie } from "./magpie.ts";
import { PaidAccount } from "./paid-account.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { differences, type Snapshot, takeSnapshot } from "./snapshot.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await rehearse({
    name: "mutants",
    records: 6_000,
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
  expect(await runWithFault(workspace, fault)).toEqual("SIGKILL");
  await workspace.withLog((log) => paid.afterKill(log));
  await magpie(workspace.folder, ["run", "--until-idle"]);
  const problems = [...differences(rehearsal.expected, await takeSnapshot(workspace)), ...paid.problems()];
  await workspace.remove();
  return problems;
}

// A mutant's commit is two: an odd passage is the end of a first half.
const betweenHalves = { label: "after-commit", hit: 3 } as const;

test("without a mutant, the kill that gives mutants away is not noticed", async () => {
  expect(await problemsAfter({ kill: betweenHalves })).toEqual([]);
});

test("a position written before its outputs is noticed: outputs are missing", async () => {
  const problems = await problemsAfter({ mutant: "position-first", kill: betweenHalves });
  expect(problems).toContainEqual(expect.stringMatching(/^\d+ missing messages/));
  expect(problems).toContainEqual(expect.stringMatching(/^verify does not pass/));
});

test("state written outside of the commit is noticed: records are admitted twice", async () => {
  const problems = await problemsAfter({ mutant: "state-apart", kill: betweenHalves });
  expect(problems).toContainEqual(expect.stringMatching(/^\d+ changed messages/));
  expect(problems).toContainEqual(expect.stringMatching(/^ledger of instructions/));
});

test("an answer journaled after its use is noticed: it is paid twice", async () => {
  const problems = await problemsAfter({ mutant: "answers-late", kill: { label: "before-answer", hit: 1 } });
  expect(problems).toEqual([expect.stringMatching(/^\d+ calls were paid, but only \d+ may be/)]);
});

/** What is there after a run in which `admit` of the near-duplicates threw for some records. */
async function snapshotAfter(fault: Fault): Promise<Snapshot> {
  const workspace = await rehearsal.start();
  // On a machine with other work on it a run may last long enough for a line of progress.
  expect(await runWithFault(workspace, fault)).toMatch(/^exit 0: (\S+: .* received, .* in flight .*\n)*$/);
  const snapshot = await takeSnapshot(workspace);
  await workspace.remove();
  return snapshot;
}

test("whether a record is refused before or after it went into the index changes nothing", async () => {
  const before = await snapshotAfter({ refusal: "before" });
  expect(differences(before, await snapshotAfter({ refusal: "after" }))).toEqual([]);
});

test("an index that is not rolled back is noticed: it holds what the state does not", async () => {
  const before = await snapshotAfter({ refusal: "before" });
  const after = await snapshotAfter({ refusal: "after", mutant: "index-kept" });
  expect(differences(before, after)).toContainEqual(expect.stringMatching(/^ledger of instructions/));
});
