import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import { lines, workspace } from "./cli-harness.ts";

const bin = join(import.meta.dirname, "..", "..", "dist", "src", "cli", "main.js");

/** Runs the built command in a process whose files may not grow beyond `kilobytes`. */
async function runLimited(kilobytes: number, args: readonly string[]) {
  const script = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
  const ran = promisify(execFile)("bash", ["-c", script, process.execPath, bin, ...args]);
  return ran.then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

test("a file size limit ends a run with exit 75, and what was committed goes on from there", async () => {
  const space = await workspace();
  const records = Array.from({ length: 3_000 }, (_, i) => ({
    id: i,
    instruction: `this is the long instruction ${i} ${"x".repeat(1_000)}`,
  }));
  await space.run(["produce", "raw", await space.write("a.jsonl", lines(...records))]);
  const { code, stderr } = await runLimited(6_000, ["run", "--until-idle", "-c", space.path("magpie.yaml")]);
  expect(code).toBe(75);
  expect(stderr).toContain("error MGP_LOG_FULL: ");

  expect((await space.run(["run", "--until-idle"])).code).toBe(0);
  const ledger = JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines.clean;
  expect(ledger).toMatchObject({
    received: 3_000,
    curated: 3_000,
    rejected: 0,
    quarantined: 0,
    balanced: true,
  });
  expect((await space.run(["verify"])).code).toBe(0);
}, 60_000);

test("a disk that is full when a commit is written ends a run with exit 75, with nothing of the commit kept", async () => {
  const space = await workspace();
  await space.run(["produce", "raw", await space.write("a.jsonl", lines({ instruction: "one two three" }))]);
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const { code, stderr } = await space.run(["run", "--until-idle"], {
    openLog: ({ log: { path } }) =>
      openEmbeddedLog({
        path,
        sync: "commit",
        now: Date.now,
        probe: (point) => {
          if (point === "mid-commit") throw full;
        },
      }),
  });
  expect(code).toBe(75);
  expect(stderr).toContain("error MGP_LOG_FULL: ");
  expect((await space.run(["tap", "curated"])).stdout).toBe("");
  expect((await space.run(["run", "--until-idle"])).code).toBe(0);
  expect((await space.run(["tap", "curated"])).stdout).toContain("one two three");
});

test("a store on a network file system is refused with exit 2 before anything is written", async () => {
  const space = await workspace();
  const nfs = 0x6969;
  const ran = await space.run(["ledger"], {
    openLog: ({ log: { path } }) =>
      openEmbeddedLog({ path, sync: "commit", now: Date.now, statfs: async () => nfs }),
  });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("error MGP_LOG_NETWORK_FS: ");
});
