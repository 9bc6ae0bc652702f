import type { Journal, Log, TaskId, TaskLog } from "../../src/log/log.ts";

/** The log, with every task that is opened wrapped. */
export function withTasks(log: Log, wrap: (task: TaskLog, id: TaskId) => TaskLog | Promise<TaskLog>): Log {
  return { ...delegate(log), open: async (id) => wrap(await log.open(id), id) };
}

/** The log, with another journal of answers. */
export function withAnswers(log: Log, answers: Journal): Log {
  return { ...delegate(log), answers };
}

/** The log as an object whose methods can be replaced one by one. */
export function delegate(log: Log): Log {
  return {
    topics: log.topics,
    answers: log.answers,
    segments: log.segments,
    maxAppendBytes: log.maxAppendBytes,
    assignments: (segment) => log.assignments(segment),
    open: (task) => log.open(task),
    append: (topic, messages) => log.append(topic, messages),
    scan: (topic, range, signal) => log.scan(topic, range, signal),
    checkpoints: (pipeline) => log.checkpoints(pipeline),
    stateEntry: (pipeline, stage, key) => log.stateEntry(pipeline, stage, key),
    scanState: (pipeline) => log.scanState(pipeline),
    reset: (pipeline, topics) => log.reset(pipeline, topics),
    close: () => log.close(),
  };
}
