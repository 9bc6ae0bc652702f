import { runCost } from "./cost/cost-run.ts";
import { fill } from "./fill.ts";
import { fillTopic } from "./kafka/fill-topic.ts";
import { runKafkaJsLoop } from "./kafka/kafkajs-loop.ts";
import { runKafkaPipeline } from "./kafka/pipeline-run.ts";
import { runSlow } from "./memory-run.ts";
import { runInMemory } from "./minhash/in-memory-run.ts";
import { runNpm, signWithNpm } from "./minhash/npm-run.ts";
import { signInMemory } from "./minhash/signing-run.ts";
import { restartOnStore, runOnStore } from "./minhash/store-run.ts";
import { runFloor } from "./pipeline-floor.ts";
import { runPhases } from "./pipeline-phases.ts";
import { runPipeline } from "./pipeline-run.ts";
import { runBareInProcess } from "./sampler/bare-in-process.ts";
import { runBareServer } from "./sampler/bare-server.ts";
import { runSampler } from "./sampler/pipeline-run.ts";

/** What can run in a process of its own, by name. Settings and results are plain JSON. */
export const jobs = {
  fill,
  floor: runFloor,
  pipeline: runPipeline,
  phases: runPhases,
  slow: runSlow,
  minhashInMemory: runInMemory,
  minhashOnStore: runOnStore,
  minhashRestart: restartOnStore,
  minhashNpm: runNpm,
  fillTopic,
  kafkaJsLoop: runKafkaJsLoop,
  kafkaPipeline: runKafkaPipeline,
  signInMemory,
  signWithNpm,
  bareInProcess: runBareInProcess,
  bareServer: runBareServer,
  sampler: runSampler,
  cost: runCost,
};

export type JobName = keyof typeof jobs;
export type JobSettings<Name extends JobName> = Parameters<(typeof jobs)[Name]>[0];
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>;
