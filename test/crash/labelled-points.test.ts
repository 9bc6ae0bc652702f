import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CrashPoint } from "../../src/log/embedded/crash-point.ts";
import type { Configuration } from "./configuration.ts";
import { runWithFault } from "./faulty-run.ts";
import { magpie } from "./magpie.ts";
import { PaidAccount } from "./paid-account.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { differences, takeSnapshot } from "./snapshot.ts";
import type { Workspace } from "./workspace.ts";

const configurations: readonly Configuration[] = [
  { name: "1 partition", records: 20_000, partitions: 1, sync: "commit", chained: false },
  { name: "4 partitions", records: 20_000, partitions: 4, sync: "background", chained: false },
];

/** Where the process dies, at which passage of that point, and how many commits of that life are there afterwards. */
const deathsInCommits: readonly (readonly [CrashPoint, number, number])[] = [
  ["before-write", 1, 0],
  ["mid-commit", 1, 0],
  ["after-commit", 1, 1],
  ["before-write", 6, 5],
  ["mid-commit", 6, 5],
  ["after-commit", 6, 6],
];

const deathsInAnswers: readonly (readonly [CrashPoint, number])[] = [
  ["before-answer", 1],
  ["after-answer", 1],
  ["before-answer", 120],
  ["after-answer", 120],
];

describe.each(configurations)("with $name, sync $sync", (configuration) => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await rehearse(configuration);
  });
  afterAll(() => rehearsal.close());

  test("dying before, during and after a commit changes nothing", async () => {
    const workspace = await rehearsal.start();
    let commits = 0;
    for (const [label, hit, commitsOfLife] of deathsInCommits) {
      expect(await runWithFault(workspace, { kill: { label, hit } })).toEqual("SIGKILL");
      commits += commitsOfLife;
      expect(await commitsOf(workspace)).toEqual(commits);
    }
    await magpie(workspace.folder, ["run", "--until-idle"]);
    expect(differences(rehearsal.expected, await takeSnapshot(workspace))).toEqual([]);
    await workspace.remove();
  });

  test("dying before and after an answer is journaled changes nothing and pays no answer twice", async () => {
    const workspace = await rehearsal.start();
    const paid = new PaidAccount(rehearsal.server, rehearsal.needed);
    for (const [label, hit] of deathsInAnswers) {
      expect(await runWithFault(workspace, { kill: { label, hit } })).toEqual("SIGKILL");
      await workspace.withLog((log) => paid.afterKill(log));
    }
    await magpie(workspace.folder, ["run", "--until-idle"]);
    expect(differences(rehearsal.expected, await takeSnapshot(workspace))).toEqual([]);
    expect(paid.problems()).toEqual([]);
    await workspace.remove();
  });
});

/** The number of the last commit. */
async function commitsOf(workspace: Workspace): Promise<number> {
  const checkpoints = await workspace.withLog((log) => log.checkpoints("instructions"));
  return checkpoints[0]?.commit ?? 0;
}
