import { join } from "node:path";
import { filter, firstValueFrom, type Observable, Subject } from "rxjs";
import type { Config } from "../src/config/config.ts";
import { maxChunkRecords } from "../src/core/limits.ts";
import type { Pipeline } from "../src/core/pipeline.ts";
import { fingerprintsOf, planHash, planOf } from "../src/core/plan.ts";
import { segmentsOf } from "../src/core/segments.ts";
import type { Log, TaskLog } from "../src/log/log.ts";
import { advance, initialCheckpoint } from "../src/runtime/checkpoints.ts";
import { Decoder, RecordReader } from "../src/runtime/decode.ts";
import { type Finished, finish } from "../src/runtime/finish.ts";
import { type OpenStages, openStages } from "../src/runtime/open-stages.ts";
import { Orphans } from "../src/runtime/orphans.ts";
import { OutputWriter } from "../src/runtime/outputs.ts";
import { Refusals } from "../src/runtime/refusals.ts";
import type { Work } from "../src/runtime/work.ts";
import { floorTopic, withBenchLog } from "./bench-log.ts";
import { fill } from "./fill.ts";
import { fourPlugins } from "./four-plugins.ts";
import { PhaseClock } from "./phase-clock.ts";
import { sampleRecords } from "./sample-records.ts";
import { silent } from "./silent-logger.ts";

const warmUpRecords = 8192;

export interface Phases {
  /** Milliseconds by phase, each run to its end before the next begins. */
  readonly floor: { readonly [phase: string]: number };
  readonly pipeline: { readonly [phase: string]: number };
  readonly outputBytes: number;
}

/**
 * Where the time goes: floor and pipeline made of the same functions, one phase after the other on one thread, so that
 * each can be timed. Nothing overlaps, so the sums are above what a run takes.
 */
export async function runPhases({
  folder,
  records,
}: {
  readonly folder: string;
  readonly records: number;
}): Promise<Phases> {
  const warmUp = join(folder, "warm-up");
  await fill({ folder: warmUp, records: warmUpRecords });
  await phasesOver(warmUp, warmUpRecords);
  return phasesOver(folder, records);
}

function phasesOver(folder: string, records: number): Promise<Phases> {
  return withBenchLog(folder, fourPlugins(), async (log, config) => ({
    floor: await floorPhases(log, config, records),
    ...(await pipelinePhases(log, config, records)),
  }));
}

async function floorPhases(log: Log, config: Config, records: number): Promise<Phases["floor"]> {
  const clock = new PhaseClock();
  const record = sampleRecords();
  for (let start = 0; start < records; start += config.commit.records) {
    const length = Math.min(config.commit.records, records - start);
    const inputs = Array.from({ length }, (_, i) => record(start + i));
    const values = await clock.time("decode", () =>
      inputs.map((input) => JSON.parse(input.toString("utf8"))),
    );
    const messages = await clock.time("serialise", () =>
      values.map((value) => ({ value: Buffer.from(JSON.stringify(value)) })),
    );
    await clock.time("write", () => log.append(floorTopic, messages));
  }
  return clock.milliseconds;
}

async function pipelinePhases(log: Log, config: Config, records: number): Promise<Omit<Phases, "floor">> {
  const [pipeline] = config.pipelines;
  if (pipeline === undefined) throw new Error("the configuration has no pipeline");
  const taskLog = await log.open({
    segment: { pipeline: pipeline.name, name: "main", sources: pipeline.from },
    partition: 0,
  });
  const stages = await openEach(pipeline, log, taskLog);
  try {
    return await curateInPhases(pipeline, taskLog, stages, config, records);
  } finally {
    for (const stage of stages) await stage.close();
    await taskLog.close();
  }
}

async function curateInPhases(
  pipeline: Pipeline,
  taskLog: TaskLog,
  stages: readonly TimedStage[],
  config: Config,
  records: number,
): Promise<Omit<Phases, "floor">> {
  const clock = new PhaseClock();
  const [segment] = segmentsOf(pipeline, undefined);
  const plan = planHash(planOf(pipeline));
  let checkpoint = initialCheckpoint(pipeline, plan, fingerprintsOf(pipeline), undefined);
  const reader = new RecordReader(pipeline.name, 0);
  const decoder = new Decoder((message) => reader.read(message));
  const writer = new OutputWriter(pipeline, plan);
  const refusals = new Refusals();
  const orphans = new Orphans(pipeline.stages, segment, taskLog.state);
  const credit = { records: maxChunkRecords, bytes: config.limits.windowBytes };
  const { signal } = new AbortController();
  let outputBytes = 0;
  let group: Finished[] = [];

  const commit = async () => {
    checkpoint = advance(checkpoint, group);
    const outputs = group.flatMap((finished) => finished.outputs);
    await taskLog.commit({ checkpoint, outputs, state: group.flatMap(({ writes }) => writes) });
    const last = group.at(-1)!.sequence;
    for (const stage of stages) stage.settle(last);
    orphans.settle(last);
    group = [];
  };

  for (let received = 0; received < records; ) {
    const chunk = await clock.time("read", () => taskLog.read(credit, signal));
    received += chunk.messages.length;
    let work = await clock.time("decode", () => decoder.decode(chunk));
    for (const stage of stages) work = await clock.time(stage.id, () => stage.run(work));
    const finished = await clock.time("serialise", () =>
      finish(pipeline, segment, work, writer, orphans, refusals),
    );
    for (const { value } of finished.outputs) outputBytes += value.byteLength;
    group.push(finished);
    const waiting = received - checkpoint.ledger.received;
    if (waiting >= config.commit.records || received >= records) await clock.time("write", commit);
  }
  return { pipeline: clock.milliseconds, outputBytes };
}

interface TimedStage extends Pick<OpenStages, "settle" | "close"> {
  readonly id: string;
  run(work: Work): Promise<Work>;
}

/**
 * Every stage by itself, so that each can be given a chunk and waited for. Each takes itself for the first one: rejections
 * then name the first stage, which costs the same.
 */
async function openEach(pipeline: Pipeline, log: Log, taskLog: TaskLog): Promise<readonly TimedStage[]> {
  const timed: TimedStage[] = [];
  for (const stage of pipeline.stages) {
    const open = await openStages(
      [stage],
      { first: 0, end: 1, prepares: 1 },
      {
        plan: planHash(planOf(pipeline)),
        state: taskLog.state,
        answers: log.answers,
        models: undefined,
        logger: silent,
        cacheDir: "",
        loaderUrl: undefined,
        jitter: Math.random,
      },
    );
    timed.push(timedStage(stage.id, open));
  }
  return timed;
}

function timedStage(id: string, stage: OpenStages): TimedStage {
  const in$ = new Subject<Work>();
  const out$ = new Subject<Work>();
  const subscription = (in$ as Observable<Work>).pipe(stage.operator).subscribe(out$);
  return {
    id,
    run: (work) => {
      const done = firstValueFrom(out$.pipe(filter((other) => other.sequence === work.sequence)));
      in$.next(work);
      return done;
    },
    settle: (sequence) => stage.settle(sequence),
    close: async () => {
      subscription.unsubscribe();
      await stage.close();
    },
  };
}
