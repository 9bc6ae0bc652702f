import { setTimeout } from "node:timers/promises";
import type { Checkpoint } from "../../src/core/checkpoint.ts";
import { emptyLedger } from "../../src/core/ledger.ts";
import type { Commit, Journal, Log, TaskLog } from "../../src/log/log.ts";
import type { Mutant } from "./fault.ts";
import { withAnswers, withTasks } from "./wrapped-log.ts";

/** Those that break the log. */
type LogMutant = Exclude<Mutant, "index-kept">;

/** Milliseconds a late answer takes to reach the journal. */
const lateMs = 300;

const nothingCommitted: Checkpoint = {
  commit: 0,
  offsets: {},
  streamTime: 0,
  plan: "",
  fingerprints: {},
  ledger: emptyLedger([]),
};

/** The log, broken in one way. */
export function mutate(log: Log, mutant: LogMutant): Log {
  if (mutant === "answers-late") return withAnswers(log, journalAfterUse(log.answers));
  if (mutant === "answers-lost") return withAnswers(log, journalNothing(log.answers));
  const split = mutant === "position-first" ? positionFirst : stateApart;
  return withTasks(log, (task) => splitCommits(task, split));
}

type Split = (commit: Commit, last: Checkpoint) => readonly [Commit, Commit];

/** The position is written, then the outputs. */
const positionFirst: Split = (commit) => [
  { ...commit, outputs: [] },
  { ...commit, state: [] },
];

/** The state is written outside of the commit that holds the outputs and the position. */
const stateApart: Split = (commit, last) => [
  { checkpoint: last, outputs: [], state: commit.state },
  { ...commit, state: [] },
];

function splitCommits(task: TaskLog, split: Split): TaskLog {
  let last = task.checkpoint ?? nothingCommitted;
  return {
    checkpoint: task.checkpoint,
    state: task.state,
    read: (credit, signal) => task.read(credit, signal),
    async commit(commit) {
      for (const part of split(commit, last)) await task.commit(part);
      last = commit.checkpoint;
    },
    close: () => task.close(),
  };
}

/** `put` resolves at once, so the answer is used; it is journaled later. */
function journalAfterUse(journal: Journal): Journal {
  return {
    get: (key) => journal.get(key),
    async put(key, answer) {
      setTimeout(lateMs).then(() => journal.put(key, answer));
    },
    size: () => journal.size(),
  };
}

/** `put` resolves at once, and keeps nothing. */
function journalNothing(journal: Journal): Journal {
  return { get: (key) => journal.get(key), put: async () => {}, size: () => journal.size() };
}
