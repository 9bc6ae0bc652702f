import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Configuration } from "./configuration.ts";
import type { CrashPoint, Fault } from "./fault.ts";
import { magpie, start } from "./magpie.ts";
import { PaidAccount } from "./paid-account.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { differences, takeSnapshot } from "./snapshot.ts";
import { committed, type Workspace } from "./workspace.ts";

const configurations: readonly Configuration[] = [
  { name: "1 partition", records: 20_000, partitions: 1, sync: "commit", chained: false },
  { name: "4 partitions", records: 20_000, partitions: 4, sync: "background", chained: false },
];

/** At which passage of a point the process dies; each life counts from 1 again. */
const deaths: readonly (readonly [CrashPoint, readonly number[]])[] = [
  ["before-write", [2, 7, 15]],
  ["mid-commit", [2, 7, 15]],
  ["after-commit", [1, 7, 15]],
  ["before-answer", [1, 40, 150]],
  ["after-answer", [1, 40, 150]],
];

describe.each(configurations)("with $name, sync $sync", (configuration) => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await rehearse(configuration);
  });
  afterAll(() => rehearsal.close());

  test.each(deaths)("dying %s changes nothing", async (label, hits) => {
    const workspace = await rehearsal.start();
    const paid = new PaidAccount(rehearsal.server, rehearsal.needed);
    for (const hit of hits) {
      const fault: Fault = { kill: { label, hit } };
      expect(await dieOf(fault, workspace)).toEqual("SIGKILL");
      const [count] = await workspace.withLog((log) => committed(log, workspace.pipelines));
      expect(count).toBeLessThan(rehearsal.totals[0]!);
      await workspace.withLog((log) => paid.afterKill(log));
    }
    await magpie(workspace.folder, ["run", "--until-idle"]);
    expect(differences(rehearsal.expected, await takeSnapshot(workspace))).toEqual([]);
    expect(paid.problems()).toEqual([]);
    await workspace.remove();
  });
});

async function dieOf(fault: Fault, workspace: Workspace): Promise<NodeJS.Signals | string> {
  const ended = await start(workspace.folder, "dist/test/crash/child.js", [
    JSON.stringify(fault),
    "run",
    "--until-idle",
  ]).ended;
  return ended.signal ?? `exit ${ended.code}: ${ended.stderr}`;
}
