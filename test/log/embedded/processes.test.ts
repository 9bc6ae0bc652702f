import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { openEmbeddedLog } from "../../../src/log/embedded/open-embedded-log.ts";
import type { Log } from "../../../src/log/log.ts";
import {
  message,
  never,
  openTask,
  plenty,
  readMessages,
  scanAll,
  scannedState,
  segmentOf,
  text,
  texts,
} from "../contract/harness.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const script = fileURLToPath(new URL("child.mjs", import.meta.url));
const openAt = (path: string) => openEmbeddedLog({ path, sync: "background", now: () => 0 });
const segment = segmentOf("p", "in");

async function withLogAt(path: string, body: (log: Log) => Promise<void>): Promise<void> {
  const log = await openAt(path);
  try {
    await body(log);
  } finally {
    await log.close();
  }
}

function start(path: string, ...command: string[]): ChildProcess {
  return spawn(process.execPath, [script, path, ...command], { stdio: ["ignore", "pipe", "inherit"] });
}

async function run(path: string, ...command: string[]) {
  const [code, signal] = await once(start(path, ...command), "exit");
  return { code, signal };
}

describe("several processes on one store", () => {
  it(
    "see what each other appends, while one owns the pipeline",
    inTemporaryDirectory((path) =>
      withLogAt(path, async (log) => {
        const task = await openTask(log, segment);
        expect(await task.read(plenty, never)).toEqual({ messages: [] });
        expect(await run(path, "append", "a", "b")).toEqual({ code: 0, signal: null });
        expect(texts(await readMessages(task, 2))).toEqual(["a", "b"]);
      }),
    ),
    30_000,
  );

  it(
    "take a pipeline over from an owner that was killed",
    inTemporaryDirectory((path) =>
      withLogAt(path, async (log) => {
        const owner = start(path, "own");
        await once(owner.stdout!, "data");
        await expect(openTask(log, segment)).rejects.toMatchObject({
          code: "MGP_LEASE_HELD",
          message: expect.stringContaining(`process ${owner.pid}`),
        });
        owner.kill("SIGKILL");
        await once(owner, "exit");
        await openTask(log, segment);
      }),
    ),
    30_000,
  );

  it.each([
    ["before-write", 1, undefined],
    ["mid-commit", 1, undefined],
    ["after-commit", 2, undefined],
    ["before-answer", 2, undefined],
    ["after-answer", 2, "answer"],
  ] as const)(
    "find all or nothing of a commit whose process was killed %s",
    (point, commits, answer) =>
      inTemporaryDirectory((path) =>
        withLogAt(path, async (log) => {
          await log.append("in", ["a", "b", "c"].map(message));
          expect(await run(path, "crash", point)).toEqual({ code: null, signal: "SIGKILL" });
          const done = ["a", "b"].slice(0, commits);
          const [checkpoint] = await log.checkpoints("p");
          expect(checkpoint).toMatchObject({ commit: commits, offsets: { "in/0": `${commits}` } });
          expect(texts(await scanAll(log, "out"))).toEqual(done);
          expect(await scannedState(log, "p")).toEqual(done.map((key) => `s:${key}=${key}`));
          expect(text(await log.answers.get("question"))).toBe(answer);
          const left = ["a", "b", "c"].slice(commits);
          expect(texts(await readMessages(await openTask(log, segment), left.length))).toEqual(left);
        }),
      )(),
    30_000,
  );
});

describe("a full disk", () => {
  it(
    "refuses the append, keeps nothing of it, and lets the log be read and used again",
    inTemporaryDirectory(async (path) => {
      // A file size limit, in KiB, fails writes as a full disk does. The signal that comes with it is ignored.
      const limited = `trap "" XFSZ; ulimit -f 6000; exec "$0" "$@"`;
      const { stdout } = await promisify(execFile)("bash", [
        "-c",
        limited,
        process.execPath,
        script,
        path,
        "fill",
      ]);
      const { code, appended, read } = JSON.parse(stdout);
      expect(code).toBe("MGP_LOG_FULL");
      expect(appended).toBeGreaterThan(0);
      expect(read).toBe(appended);
      await withLogAt(path, async (log) => {
        await log.append("in", [message("after")]);
        expect(texts(await scanAll(log, "in")).length).toBe(appended + 1);
      });
    }),
    30_000,
  );

  it(
    "fails a commit at whose probe the disk is full, and leaves nothing of it",
    inTemporaryDirectory(async (path) => {
      const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      let isFull = true;
      const log = await openEmbeddedLog({
        path,
        sync: "commit",
        now: () => 0,
        probe: (point) => {
          if (isFull && (point === "mid-commit" || point === "before-answer")) throw full;
        },
      });
      const task = await openTask(log, segment);
      const checkpoint = {
        commit: 1,
        offsets: {},
        streamTime: 0,
        plan: "",
        fingerprints: {},
        ledger: {
          received: 0,
          curated: 0,
          copies: 0,
          rejected: 0,
          quarantined: 0,
          forwarded: 0,
          resumed: 0,
          stages: [],
        },
      };
      const commit = { checkpoint, outputs: [{ ...message("a"), topic: "out" }], state: [] };
      await expect(task.commit(commit)).rejects.toMatchObject({ code: "MGP_LOG_FULL" });
      await expect(log.answers.put("k", Buffer.from("v"))).rejects.toMatchObject({ code: "MGP_LOG_FULL" });
      expect(await scanAll(log, "out")).toEqual([]);
      expect(task.checkpoint).toBeUndefined();
      isFull = false;
      await task.commit(commit);
      expect(texts(await scanAll(log, "out"))).toEqual(["a"]);
      await log.close();
    }),
  );
});
