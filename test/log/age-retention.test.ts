import { expect, it } from "vitest";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import {
  commitRead,
  message,
  openTask,
  output,
  readMessages,
  scanAll,
  segmentOf,
  texts,
} from "./contract/harness.ts";
import { inTemporaryDirectory } from "./embedded/temporary-directory.ts";

/** A topic that keeps messages for 1,000 ms, read by a pipeline. */
async function checkAge(open: (now: () => number) => Promise<Log>): Promise<void> {
  let now = 0;
  const log = await open(() => now);
  try {
    await log.topics.ensure("in", { partitions: 2, retention: { ageMs: 1000 } });
    const task = await openTask(log, segmentOf("p", "in"));
    const appendAt = async (at: number, ...contents: string[]) => {
      now = at;
      await log.append("in", contents.map(message));
      return texts(await scanAll(log, "in"));
    };
    await appendAt(0, "a", "b");
    await appendAt(500, "c");
    expect(await appendAt(1001, "d")).toEqual(["a", "b", "c", "d"]);
    const [a, b, c] = await readMessages(task, 4);
    await commitRead(task, [a!, b!, c!]);
    expect(await appendAt(1002, "e")).toEqual(["c", "d", "e"]);
    expect(await appendAt(1501, "f")).toEqual(["d", "e", "f"]);
    expect(await appendAt(9000, "g")).toEqual(["d", "e", "f", "g"]);
    // A commit that writes to the topic applies its retention too; what it has read itself counts from the next on.
    const rest = await readMessages(task, 3);
    await commitRead(task, rest);
    await commitRead(task, [], { outputs: [output("in", "h")] });
    expect(texts(await scanAll(log, "in"))).toEqual(["g", "h"]);
  } finally {
    await log.close();
  }
}

it("the memory log removes what is too old and was read by every pipeline", () =>
  checkAge(async (now) => createMemoryLog({ now })));

it(
  "the embedded log removes what is too old and was read by every pipeline",
  inTemporaryDirectory((path) => checkAge((now) => openEmbeddedLog({ path, sync: "background", now }))),
);
