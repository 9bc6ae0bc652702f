import { describe, expect, it } from "vitest";
import { openEmbeddedLog } from "../../../src/log/embedded/open-embedded-log.ts";
import type { Processes, ProcessIdentity } from "../../../src/log/embedded/processes.ts";
import { systemProcesses } from "../../../src/log/embedded/processes.ts";
import type { Log } from "../../../src/log/log.ts";
import { commitRead, openTask, segmentOf } from "../contract/harness.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const segment = segmentOf("curate", "in");
const owner: ProcessIdentity = { pid: 100, startTime: "5000", host: "alpha", bootId: "boot-1" };

/** Machines on which each process id belongs to a process of a start time. */
function processes(self: Partial<ProcessIdentity>, running: Record<number, string>): Processes {
  return { self: { ...owner, ...self }, startTimeOf: (pid) => running[pid] };
}

/** The store's owner `owner`, at time 0, and another process at `now`. */
async function withTwo(
  path: string,
  other: { readonly processes: Processes; readonly now: number },
  body: (first: Log, second: Log) => Promise<void>,
): Promise<void> {
  const open = (who: Processes, now: number) =>
    openEmbeddedLog({ path, sync: "background", now: () => now, processes: who });
  const first = await open(processes({}, { 100: "5000" }), 0);
  const second = await open(other.processes, other.now);
  try {
    await body(first, second);
  } finally {
    await first.close();
    await second.close();
  }
}

async function expectHeld(first: Log, second: Log): Promise<void> {
  const task = await openTask(first, segment);
  await expect(openTask(second, segment)).rejects.toMatchObject({
    code: "MGP_LEASE_HELD",
    message:
      "pipeline curate is run by process 100 on alpha since 1970-01-01T00:00:00.000Z; stop that process, or wait until it ends",
  });
  await expect(second.reset("curate", [])).rejects.toMatchObject({ code: "MGP_LEASE_HELD" });
  await commitRead(task, []);
}

async function expectTakenOver(first: Log, second: Log): Promise<void> {
  const task = await openTask(first, segment);
  const taken = await openTask(second, segment);
  await expect(commitRead(task, [])).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
  await expect(task.read({ records: 1, bytes: 1 }, new AbortController().signal)).rejects.toMatchObject({
    code: "MGP_TASK_FENCED",
  });
  // What the former owner does at last must not free the task.
  await task.close();
  await commitRead(taken, []);
}

describe("a lease", () => {
  it(
    "is held while its process lives",
    inTemporaryDirectory(async (path) => {
      const other = processes({ pid: 200, startTime: "6000" }, { 100: "5000", 200: "6000" });
      await withTwo(path, { processes: other, now: 1e9 }, expectHeld);
    }),
  );

  it(
    "is taken over at once when its process is gone",
    inTemporaryDirectory(async (path) => {
      const other = processes({ pid: 200, startTime: "6000" }, { 200: "6000" });
      await withTwo(path, { processes: other, now: 0 }, expectTakenOver);
    }),
  );

  it(
    "is taken over at once when another process has its process id",
    inTemporaryDirectory(async (path) => {
      const other = processes({ pid: 200, startTime: "6000" }, { 100: "5001", 200: "6000" });
      await withTwo(path, { processes: other, now: 0 }, expectTakenOver);
    }),
  );

  it(
    "is taken over at once when the machine was started again",
    inTemporaryDirectory(async (path) => {
      const other = processes({ bootId: "boot-2", pid: 200 }, { 100: "5000", 200: "5000" });
      await withTwo(path, { processes: other, now: 0 }, expectTakenOver);
    }),
  );

  it(
    "of another host is held for 30 seconds after its last sign of life",
    inTemporaryDirectory(async (path) => {
      const other = processes({ host: "beta" }, {});
      await withTwo(path, { processes: other, now: 30_000 }, expectHeld);
    }),
  );

  it(
    "of another host is taken over after 30 seconds",
    inTemporaryDirectory(async (path) => {
      const other = processes({ host: "beta" }, {});
      await withTwo(path, { processes: other, now: 30_001 }, expectTakenOver);
    }),
  );
});

describe("the system's processes", () => {
  it("are named by a start time while they run", () => {
    const { self, startTimeOf } = systemProcesses();
    expect(self.pid).toBe(process.pid);
    expect(self.startTime).not.toBe("");
    expect(startTimeOf(process.pid)).toBe(self.startTime);
    expect(startTimeOf(process.ppid)).not.toBe(undefined);
    // Above the largest process id of Linux and macOS.
    expect(startTimeOf(2 ** 22 + 1)).toBeUndefined();
  });
});
