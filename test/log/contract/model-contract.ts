import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Log, Segment, StoredMessage, TaskLog } from "../../../src/log/log.ts";
import {
  commitRead,
  type LogUnderTest,
  type MakeLog,
  message,
  openTask,
  output,
  put,
  readMessages,
  remove,
  scanAll,
  scannedState,
  segmentOf,
  texts,
  unique,
  withLog,
} from "./harness.ts";

/** What the log must hold: plain arrays. */
interface Model {
  appended: string[];
  committed: number;
  /** Read and not committed. */
  inFlight: number;
  outputs: string[];
  state: Map<string, string>;
}

interface Real {
  readonly test: LogUnderTest;
  readonly segment: Segment;
  readonly out: string;
  log: Log;
  task: TaskLog;
  read: StoredMessage[];
}

type Command = fc.AsyncCommand<Model, Real>;

class Append implements Command {
  readonly contents: readonly string[];
  constructor(contents: readonly string[]) {
    this.contents = contents;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    await real.log.append(real.segment.sources[0]!, this.contents.map(message));
    model.appended.push(...this.contents);
  }
  toString = () => `append(${JSON.stringify(this.contents)})`;
}

class Read implements Command {
  readonly records: number;
  constructor(records: number) {
    this.records = records;
  }
  check = (model: Readonly<Model>) => model.committed + model.inFlight < model.appended.length;
  async run(model: Model, real: Real) {
    const read = await readMessages(real.task, 1, { records: this.records, bytes: 1 << 20 });
    const from = model.committed + model.inFlight;
    expect(read.length).toBeGreaterThan(0);
    expect(texts(read)).toEqual(model.appended.slice(from, from + read.length));
    const offsets = read.map(({ position }) => Number(position.offset));
    if (real.test.capabilities.denseOffsets) expect(offsets).toEqual(read.map((_, i) => from + i));
    else expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    real.read.push(...read);
    model.inFlight += read.length;
  }
  toString = () => `read(${this.records})`;
}

/** Commits a part of what was read, as a runtime whose later chunks are still under way does. */
class Commit implements Command {
  readonly share: number;
  constructor(share: number) {
    this.share = share;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    const count = Math.ceil(model.inFlight * this.share);
    const done = real.read.splice(0, count);
    const contents = texts(done).map(String);
    const outputs = contents.map((content) => output(real.out, content));
    const state = contents.map((content, i) =>
      i % 3 === 2 ? remove("s", content) : put("s", content, `${i}`),
    );
    await commitRead(real.task, done, { outputs, state });
    for (const [i, content] of contents.entries()) {
      if (i % 3 === 2) model.state.delete(content);
      else model.state.set(content, `${i}`);
    }
    model.outputs.push(...contents);
    model.committed += count;
    model.inFlight -= count;
  }
  toString = () => `commit(${this.share})`;
}

class Reopen implements Command {
  check = () => true;
  async run(model: Model, real: Real) {
    real.log = await real.test.reopen();
    real.task = await openTask(real.log, real.segment);
    real.read = [];
    model.inFlight = 0;
  }
  toString = () => "reopen";
}

class Compare implements Command {
  check = () => true;
  async run(model: Model, real: Real) {
    expect(texts(await scanAll(real.log, real.out))).toEqual(model.outputs);
    const state = [...model.state].map(([key, value]) => `s:${key}=${value}`);
    expect(await scannedState(real.log, real.segment.pipeline)).toEqual(state.sort());
  }
  toString = () => "compare";
}

const content = fc.stringMatching(/^[a-z]{1,3}$/);
const commands = fc.commands(
  [
    fc.array(content, { minLength: 1, maxLength: 20 }).map((contents) => new Append(contents)),
    fc.integer({ min: 1, max: 12 }).map((records) => new Read(records)),
    fc.constantFrom(0.3, 0.7, 1).map((share) => new Commit(share)),
    fc.constant(new Reopen()),
    fc.constant(new Compare()),
  ],
  { maxCommands: 25 },
);

/** Any sequence of appends, reads, commits and restarts leaves what plain arrays would hold. */
export function describeModel(makeLog: MakeLog, numRuns: number): void {
  describe("any sequence of operations", () => {
    it(
      "leaves what the model holds",
      withLog(makeLog, async (test) => {
        let log = test.log;
        const property = fc.asyncProperty(commands, async (sequence) => {
          const [source, out, pipeline] = [unique("in"), unique("out"), unique("p")];
          for (const topic of [source, out]) await log.topics.ensure(topic, { partitions: 1 });
          const segment = segmentOf(pipeline, source);
          const real: Real = { test, segment, out, log, task: await openTask(log, segment), read: [] };
          const model: Model = { appended: [], committed: 0, inFlight: 0, outputs: [], state: new Map() };
          try {
            await fc.asyncModelRun(() => ({ model, real }), [...sequence, new Compare()]);
          } finally {
            log = real.log;
            await real.task.close();
          }
        });
        await fc.assert(property, { numRuns });
      }),
      60_000,
    );
  });
}
