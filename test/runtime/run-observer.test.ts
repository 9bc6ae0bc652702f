import { expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { Segment, TaskId } from "../../src/log/log.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import type { RunObserver } from "../../src/runtime/run-observer.ts";
import { taskName } from "../../src/runtime/task-events.ts";
import { appendJson, minimum, pipelineOf, runUntilIdle, stageOf } from "./support.ts";

/** Writes down what it is told; the same thing told several times in a row once. */
class Notes implements RunObserver {
  readonly lines: string[] = [];

  assigned(segment: Segment, tasks: readonly TaskId[]) {
    this.#note(`${segment.pipeline}/${segment.name} has ${tasks.length} tasks`);
  }

  task(task: TaskId) {
    const note = (text: string) => this.#note(`${taskName(task)} ${text}`);
    return {
      opening: () => note("opens"),
      opened: ({ checkpoint, inFlight }: { checkpoint: { commit: number }; inFlight: { records: number } }) =>
        note(`is open at commit ${checkpoint.commit}, ${inFlight.records} in flight`),
      caughtUp: () => note("has caught up"),
      committing: ({
        checkpoint,
        read,
        outputs,
        quarantined,
        droppedBytes,
      }: Parameters<ReturnType<RunObserver["task"]>["committing"]>[0]) =>
        note(
          `makes commit ${checkpoint.commit}: ${read.records} records of ${read.bytes} bytes, ${outputs.length} outputs, ${JSON.stringify(quarantined)}, dropped ${droppedBytes.join("+")} bytes`,
        ),
      committed: () => note("has committed"),
      closed: () => note("is closed"),
      reopening: (error: unknown) => note(`waits after ${(error as MagpieError).code}`),
      stage: (id: string) => ({
        calling() {
          note(`calls ${id}`);
          return () => note(`was answered by ${id}`);
        },
        retrying: () => note(`tries ${id} again`),
        answered: (source: string) => note(`${source} an answer`),
      }),
    };
  }

  #note(line: string) {
    if (this.lines.at(-1) !== line) this.lines.push(line);
  }
}

it("is told of every opening, call and commit, and of a commit that was lost", async () => {
  const faults = new MemoryFaults();
  const log = createMemoryLog({ faults });
  await appendJson(log, "raw", [{ id: 1, instruction: "hello" }, "{broken"]);
  faults.next("commit", "before", new MagpieError("MGP_LOG_UNAVAILABLE", "away"));
  const observer = new Notes();
  await runUntilIdle(log, [pipelineOf([stageOf(minimum)])], {
    observer,
    commit: { records: 2, bytes: 1_000, everyMs: 60_000 },
  });
  const attempt = [
    "p/main/0 calls minimum",
    "p/main/0 was answered by minimum",
    // The record, the one in quarantine, and the plan.
    'p/main/0 makes commit 1: 2 records of 37 bytes, 3 outputs, [{"stage":-1,"code":"MGP_RECORD_JSON","bytes":7}], dropped 30+0 bytes',
  ];
  expect(observer.lines).toEqual([
    "p/main has 1 tasks",
    "p/main/0 opens",
    "p/main/0 is open at commit 0, 0 in flight",
    ...attempt,
    "p/main/0 is closed",
    "p/main/0 waits after MGP_LOG_UNAVAILABLE",
    "p/main/0 opens",
    "p/main/0 is open at commit 0, 0 in flight",
    ...attempt,
    "p/main/0 has committed",
    "p/main/0 has caught up",
    "p/main/0 is closed",
  ]);
});
