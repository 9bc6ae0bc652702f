import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { concat, defer, NEVER } from "rxjs";
import { runCli } from "../../../src/cli/cli.ts";
import { processDeps } from "../../../src/cli/process-deps.ts";
import { MagpieError, messageOf } from "../../../src/core/errors.ts";
import type { CrashPoint } from "../../../src/log/kafka/crash-probe.ts";
import type { Journal, Log, Segment, TaskId, TaskLog } from "../../../src/log/log.ts";
import { delegate, withAnswers, withTasks } from "../../crash/wrapped-log.ts";
import type { ChildOptions } from "./fault.ts";
import { breakClient, breakTasks } from "./mutants.ts";
import { segmentPath, Trace, taskPath } from "./trace.ts";

// The command with a fault: `node child.js OPTIONS run`, where OPTIONS are ChildOptions as JSON.
const [optionsText, ...argv] = process.argv.slice(2);
const { member, trace: file, fault }: ChildOptions = JSON.parse(optionsText!);
const trace = new Trace(file);

/** The task whose commit is under way, where a probe is called. */
const committing = new AsyncLocalStorage<string>();

/** Milliseconds after which a request that was handed to the socket is on its way. */
const sentMs = 3;

let isArmed = fault.at?.whenArmed !== true;
if (!isArmed)
  process.once("SIGUSR2", () => {
    isArmed = true;
  });

let hits = 0;
async function probe(label: CrashPoint): Promise<void> {
  const { at } = fault;
  const task = committing.getStore();
  if (at?.label !== label || !isArmed) return;
  if (at.segment !== undefined && (task === undefined || segmentPath(task) !== at.segment)) return;
  hits++;
  if (hits !== at.hit) return;
  if (label === "end-sent") await setTimeout(sentMs);
  trace.add({ at: Date.now(), member, event: "signalled", task: task ?? "", commit: 0 });
  process.kill(process.pid, at.signal);
}

function traced(log: Log): Log {
  return withTasks(withAnswers(log, tracedAnswers(log.answers)), (task, id) => {
    const name = taskPath(id);
    const tell = (event: "opened" | "closed", commit: number) =>
      trace.add({ at: Date.now(), member, event, task: name, commit });
    tell("opened", task.checkpoint?.commit ?? 0);
    return tracedTask(task, name, () => tell("closed", task.checkpoint?.commit ?? 0));
  });
}

function tracedTask(task: TaskLog, name: string, onClose: () => void): TaskLog {
  return {
    checkpoint: task.checkpoint,
    state: task.state,
    read: (credit, signal) => task.read(credit, signal),
    async commit(commit) {
      const event = { member, task: name, commit: commit.checkpoint.commit };
      try {
        await committing.run(name, () => task.commit(commit));
        trace.add({ ...event, at: Date.now(), event: "committed" });
      } catch (error) {
        trace.add({
          ...event,
          at: Date.now(),
          event: "refused",
          code: error instanceof MagpieError ? error.code : messageOf(error),
        });
        throw error;
      }
    },
    async close() {
      onClose();
      await task.close();
    },
  };
}

/** The answers, with a trace of those that are journaled. */
function tracedAnswers(answers: Journal): Journal {
  return {
    get: (key) => answers.get(key),
    size: () => answers.size(),
    async put(key, answer) {
      await answers.put(key, answer);
      trace.add({ at: Date.now(), member, event: "journaled", task: "", commit: 0, answer: key });
    },
  };
}

/** As if the group had given this process everything, and went on doing so. */
function owningAll(log: Log): Log {
  const all = async (segment: Segment): Promise<readonly TaskId[]> => {
    const infos = await Promise.all(segment.sources.map((source) => log.topics.get(source)));
    const count = Math.max(...infos.map((info) => info?.partitions ?? 1));
    return Array.from({ length: count }, (_, partition) => ({ segment, partition }));
  };
  return {
    ...delegate(log),
    assignments: (segment) =>
      concat(
        defer(() => all(segment)),
        NEVER,
      ),
  };
}

const code = await runCli(argv, {
  ...processDeps,
  async openLog(config, logger) {
    if (config.log.kind !== "kafka") throw new TypeError("these children run on Kafka");
    if (fault.mutant !== undefined) await breakClient(fault.mutant);
    const { openConfiguredKafka } = await import("../../../src/cli/open-configured-kafka.ts");
    const log = await openConfiguredKafka(config, config.log, {
      logger,
      now: Date.now,
      uuid: randomUUID,
      probe,
    });
    const owning = fault.ownsAll ? owningAll(log) : log;
    return traced(fault.mutant === undefined ? owning : breakTasks(owning, fault.mutant, config));
  },
});
process.stdout.write("", () => process.exit(code));
