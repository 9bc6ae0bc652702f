import { emptyLedger } from "../../src/core/ledger.ts";
import type { StateWrite, TaskLog } from "../../src/log/log.ts";
import { StagedState } from "../../src/runtime/staged-state.ts";
import { withBenchLog } from "../bench-log.ts";
import { startMeasuring } from "../measured.ts";
import { rssAnonOf } from "../rss-anon.ts";
import type { RunSettings } from "./in-memory-run.ts";
import type { MeasuredRun } from "./measured-run.ts";
import { stayOnOneCore } from "./one-core.ts";
import { StageRun } from "./stage-run.ts";
import { textBatches } from "./text-batches.ts";

const stageId = "minhash-dedup";
/** Texts before memory is looked at for the first time: by then the code is compiled. */
const warmUpTexts = 10_000;

export interface StoreRun extends MeasuredRun {
  /** CPU seconds of the phases; commits are the rest. */
  readonly prepareSeconds: number;
  readonly admitSeconds: number;
}

/** The stage on an embedded log at its defaults: state is committed with the position, in the sizes of a pipeline. */
export async function runOnStore({
  file,
  texts,
  folder,
}: RunSettings & { readonly folder: string }): Promise<StoreRun> {
  stayOnOneCore();
  return withTask(folder, async (task, recordsPerCommit) => {
    const state = new StagedState(stageId, task.state);
    const stage = await StageRun.over(state);
    const end = startMeasuring();
    let writes: StateWrite[] = [];
    let commits = 0;
    let sequence = 0;
    let committed = 0;
    let prepareSeconds = 0;
    let admitSeconds = 0;
    let early: { readonly kept: number; readonly bytes: number } | undefined;
    for (const batch of textBatches(file, texts)) {
      const inputs = stage.inputs(batch);
      const cpuBefore = cpuSeconds();
      const prepared = await stage.prepare(inputs);
      const cpuBetween = cpuSeconds();
      stage.admit(prepared);
      prepareSeconds += cpuBetween - cpuBefore;
      admitSeconds += cpuSeconds() - cpuBetween;
      writes.push(...state.seal(++sequence));
      if (stage.texts - committed < recordsPerCommit && stage.texts < texts) continue;
      await task.commit({ checkpoint: checkpoint(++commits, stage.texts), outputs: [], state: writes });
      state.settle(sequence);
      writes = [];
      committed = stage.texts;
      if (early === undefined && committed >= Math.min(warmUpTexts, texts / 2))
        early = { kept: stage.kept, bytes: anonymousBytes() };
    }
    const seconds = end(texts).cpuMs / 1000;
    if (early === undefined) throw new Error("too few texts");
    return {
      texts,
      seconds,
      kept: stage.kept,
      bytesPerKept: (anonymousBytes() - early.bytes) / (stage.kept - early.kept),
      prepareSeconds,
      admitSeconds,
    };
  });
}

export interface Restart {
  /** On the clock, from the opened log to the first verdict. */
  readonly seconds: number;
  readonly bytesPerKept: number;
}

/** A new process opens what {@link runOnStore} left behind and admits one more text. */
export async function restartOnStore({
  folder,
  kept,
}: {
  readonly folder: string;
  readonly kept: number;
}): Promise<Restart> {
  stayOnOneCore();
  return withTask(folder, async (task) => {
    const bytesBefore = anonymousBytes();
    const startedAt = performance.now();
    const stage = await StageRun.over(new StagedState(stageId, task.state));
    await stage.take(stage.inputs(["a text that nobody has seen before, to be judged after the restart"]));
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, bytesPerKept: (anonymousBytes() - bytesBefore) / kept };
  });
}

function withTask<T>(
  folder: string,
  body: (task: TaskLog, recordsPerCommit: number) => Promise<T>,
): Promise<T> {
  return withBenchLog(folder, [{ use: stageId }], async (log, config) => {
    const [pipeline] = config.pipelines;
    if (pipeline === undefined) throw new Error("the configuration has no pipeline");
    const task = await log.open({
      segment: { pipeline: pipeline.name, name: "main", sources: pipeline.from },
      partition: 0,
    });
    try {
      return await body(task, config.commit.records);
    } finally {
      await task.close();
    }
  });
}

function checkpoint(commit: number, read: number) {
  return {
    commit,
    offsets: { "sample.raw/0": `${read}` },
    streamTime: 0,
    plan: "",
    fingerprints: {},
    ledger: emptyLedger([stageId]),
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function anonymousBytes(): number {
  globalThis.gc?.();
  return rssAnonOf(process.pid) ?? 0;
}
