import { expect, test } from "vitest";
import { plugins } from "../../../src/builtins.ts";
import { MagpieError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Model, Models } from "../../../src/core/model.ts";
import type { Pipeline } from "../../../src/core/pipeline.ts";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { RecordError } from "../../../src/core/record-error.ts";
import type { Sampler, Target } from "../../../src/core/sampler.ts";
import { silentLogger } from "../../../src/core/silent-logger.ts";
import type { Stage } from "../../../src/core/stage.ts";
import type { Log } from "../../../src/log/log.ts";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import { readLedger } from "../../../src/runtime/read-ledger.ts";
import type { RunOptions } from "../../../src/runtime/run.ts";
import { createEchoModel } from "../../../src/testing/echo-model.ts";
import { minimum, once, pipelineOf, runUntilIdle, stageOf, valuesOf } from "../support.ts";

const calls = { batch: 1, concurrency: 4 };

/** A sampler's pipeline. */
function asking(config: JsonObject = {}): Pipeline {
  const given = {
    model: "teacher",
    temperature: null,
    topP: null,
    maxTokens: 16,
    seed: 0,
    variants: [],
    ...config,
  };
  const stages = [stageOf(plugins.sample, given, calls)];
  return pipelineOf(stages, { name: "ask", from: ["ask.tickets"], to: "instructions" });
}

const answering = pipelineOf(
  [
    stageOf(once),
    stageOf(
      plugins.respond,
      {
        model: "teacher",
        temperature: 0,
        topP: 1,
        maxTokens: 16,
        system: null,
        turns: 1,
        followUpSystem: null,
        candidates: 0,
      },
      calls,
    ),
  ],
  { name: "answer", from: ["instructions"], to: "conversations" },
);

const sampler = (target: Target | undefined, over: Partial<Sampler> = {}): Sampler => ({
  name: "ask",
  ahead: 8,
  maxBacklog: 100,
  target,
  ...over,
});

const withoutRetries = (stage: Stage): Stage => ({ ...stage, options: { ...stage.options, retries: 0 } });

/** Echo models that are counted. */
function countedModels(change: (model: Model) => Model = (model) => model) {
  let asked = 0;
  const models: Models = {
    async open(name) {
      const model = change(createEchoModel(name));
      return {
        ...model,
        complete: (request, signal) => {
          asked += request.seeds.length;
          return model.complete(request, signal);
        },
      };
    },
    facts: async (name) => ({ name }),
  };
  return { models, asked: () => asked };
}

function run(
  log: Log,
  samplers: readonly Sampler[],
  pipelines: readonly Pipeline[],
  over: Partial<RunOptions> = {},
) {
  const topics = Object.fromEntries(
    ["ask.tickets", "instructions"].map((topic) => [topic, { partitions: 1 }]),
  );
  return runUntilIdle(log, pipelines, {
    samplers,
    topics,
    models: countedModels().models,
    now: () => 7,
    ...over,
  });
}

test("every ticket becomes a record that says how it was drawn, in order and without gaps", async () => {
  const log = createMemoryLog();
  await run(log, [sampler({ maxSampled: 21 })], [asking({ temperature: [0.5, 1], topP: [0.9] })]);
  const records = await valuesOf<MagpieRecord>(log, "instructions");
  expect(records.map(({ id }) => id)).toEqual(Array.from({ length: 21 }, (_, i) => `ask.tickets/0/${i}`));
  expect(records[3]).toEqual({
    id: "ask.tickets/0/3",
    turns: [
      {
        role: "user",
        content: "What is 6?",
        generation: {
          model: "teacher",
          seed: 2079190446,
          temperature: 0.5,
          topP: 0.9,
          maxTokens: 16,
          finishReason: "stop",
          promptTokens: 1,
          completionTokens: 3,
        },
      },
    ],
    provenance: {
      created: 7,
      sampler: "ask",
      ticket: "ask.tickets/0/3",
      source: "ask.tickets/0/3",
    },
    measures: {},
    tags: {},
    plan: expect.any(String),
    extra: {},
  });
  const drawn = records.map(({ turns }) => turns[0]?.generation?.temperature);
  expect(new Set(drawn)).toEqual(new Set([0.5, 1]));
  expect(new Set(records.map(({ turns }) => turns[0]?.generation?.seed)).size).toBe(21);
});

test("another seed gives other instructions, and the same one the same", async () => {
  const contents = async (seed: number) => {
    const log = createMemoryLog();
    await run(log, [sampler({ maxSampled: 12 })], [asking({ seed })]);
    return (await valuesOf<MagpieRecord>(log, "instructions")).map(({ turns }) => turns[0]!.generation!.seed);
  };
  const first = await contents(1);
  expect(await contents(1)).toEqual(first);
  expect(await contents(2)).not.toEqual(first);
});

test("a run that was stopped goes on where it was, and asks nothing twice", async () => {
  const log = createMemoryLog();
  const { models, asked } = countedModels();
  const stop = new AbortController();
  await run(log, [sampler(undefined)], [asking()], {
    models,
    untilIdle: false,
    stop: stop.signal,
    onProgress: ({ pipelines: [ask] }) => {
      if (ask!.ledger.received >= 8) stop.abort();
    },
  });
  const before = (await valuesOf(log, "instructions")).length;
  expect(before).toBeGreaterThanOrEqual(8);
  await run(log, [sampler({ maxSampled: before + 10 })], [asking()], { models });
  const records = await valuesOf<MagpieRecord>(log, "instructions");
  expect(records.map(({ id }) => id)).toEqual(
    Array.from({ length: before + 10 }, (_, i) => `ask.tickets/0/${i}`),
  );
  expect(asked()).toBe(before + 10);
});

test("a ticket that comes to no instruction is in quarantine, and counts", async () => {
  const log = createMemoryLog();
  const refusing = countedModels((model) => ({
    ...model,
    complete: (request, signal) =>
      request.seeds[0]! % 2 === 0
        ? Promise.reject(new RecordError("NO_LUCK", "not today"))
        : model.complete(request, signal),
  }));
  await run(log, [sampler({ maxSampled: 20 })], [asking()], { models: refusing.models });
  const ids = [
    ...(await valuesOf<MagpieRecord>(log, "instructions")),
    ...(await valuesOf<{ id: string }>(log, "ask.quarantine")),
  ].map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(Array.from({ length: 20 }, (_, i) => `ask.tickets/0/${i}`)));
  expect((await readLedger(log, [asking()], { digest: false })).pipelines["ask"]).toMatchObject({
    received: 20,
    balanced: true,
  });
});

test.each(["MGP_MODEL_CONTEXT", "MGP_MODEL_TEMPLATE", "MGP_MODEL_REFUSED", "MGP_MODEL_ANSWER"] as const)(
  "what a model makes of one request (%s) costs that record only",
  async (code) => {
    const log = createMemoryLog();
    const { models } = countedModels((model) => ({
      ...model,
      complete: (request, signal) =>
        request.seeds[0]! % 2 === 0
          ? Promise.reject(new MagpieError(code, "not this one"))
          : model.complete(request, signal),
    }));
    const pipeline = { ...asking(), stages: asking().stages.map(withoutRetries) };
    await run(log, [sampler({ maxSampled: 12 })], [pipeline], { models });
    const failed = await valuesOf<{ id: string; error: { code: string } }>(log, "ask.quarantine");
    expect(new Set(failed.map(({ error }) => error.code))).toEqual(new Set([code]));
    const kept = await valuesOf<MagpieRecord>(log, "instructions");
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length + failed.length).toBe(12);
  },
);

test.each(["MGP_MODEL_UNAVAILABLE", "MGP_MODEL_BUSY"] as const)(
  "a model that is away for a while (%s) is waited for, and nothing comes into quarantine",
  async (code) => {
    const log = createMemoryLog();
    let failures = 3;
    const { models } = countedModels((model) => ({
      ...model,
      complete: (request, signal) =>
        failures-- > 0 ? Promise.reject(new MagpieError(code, "away")) : model.complete(request, signal),
    }));
    const warned: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warned.push(message) };
    await run(log, [sampler({ maxSampled: 12 })], [asking()], { models, logger });
    expect(await valuesOf(log, "ask.quarantine")).toEqual([]);
    const ids = (await valuesOf<MagpieRecord>(log, "instructions")).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 12 }, (_, i) => `ask.tickets/0/${i}`));
    expect(warned[0]).toMatch(/^task ask\/main\/0 reopens in \d+ ms: away$/);
  },
);

test("it draws until enough records are accepted, and stops soon after", async () => {
  const log = createMemoryLog();
  const target = { accepted: { records: 5, pipeline: "answer" }, maxSampled: 1000 };
  await run(log, [sampler(target)], [asking(), answering]);
  const { pipelines } = await readLedger(log, [asking(), answering], { digest: false });
  expect(pipelines["answer"]!.curated).toBeGreaterThanOrEqual(5);
  expect(pipelines["ask"]!.received).toBeLessThan(100);
});

test("where nothing is accepted, the other limits end it", async () => {
  const log = createMemoryLog();
  const nothing = pipelineOf([stageOf(minimum, { min: 1000 })], {
    name: "answer",
    from: ["instructions"],
    to: "conversations",
  });
  const accepted = { records: 1, pipeline: "answer" };
  await run(log, [sampler({ accepted, maxSampled: 30 })], [asking(), nothing]);
  expect((await valuesOf(log, "answer.rejected")).length).toBe(30);
});

test("tokens of the instructions and of their answers count towards maxTokens", async () => {
  const log = createMemoryLog();
  await run(log, [sampler({ maxTokens: 100 })], [asking(), answering]);
  const { pipelines } = await readLedger(log, [asking(), answering], { digest: false });
  const { ask, answer } = pipelines;
  expect(ask!.stages[0]!.tokens).toEqual({ prompt: ask!.received, completion: 3 * ask!.received });
  // "You said: What is 8?" are five words, the prompt is three.
  expect(answer!.stages[1]!.tokens).toEqual({ prompt: 3 * answer!.curated, completion: 5 * answer!.curated });
  expect(4 * ask!.received + 8 * answer!.curated).toBeGreaterThanOrEqual(100);
  expect(ask!.received).toBeLessThan(60);
});

test("the ledger has the milliseconds that models worked, for an answer used again those it took once; records do not", async () => {
  const log = createMemoryLog();
  let ms = 0;
  const slower = countedModels((model) => ({
    ...model,
    complete: async (request) =>
      (await model.complete(request)).map((completion) => ({ ...completion, modelMs: ++ms })),
  }));
  const { models } = slower;
  await run(log, [sampler({ maxSampled: 5 })], [asking(), answering], { models });
  const again = { ...answering, name: "again", to: pipelineOf([], { to: "again.curated" }).to };
  await run(log, [], [again], { models });
  const { pipelines } = await readLedger(log, [asking(), answering, again], { digest: false });
  const msOf = (name: string) => pipelines[name]!.stages.at(-1)!.modelMs;
  const records = await valuesOf<MagpieRecord>(log, "conversations");
  const asked = 5 + records.length;
  expect(slower.asked()).toBe(asked);
  expect(msOf("ask")! + msOf("answer")!).toBe((asked * (asked + 1)) / 2);
  expect(msOf("again")).toBe(msOf("answer"));
  expect(JSON.stringify(records)).not.toContain("modelMs");
});

test("it waits while a pipeline behind it has too much to read, and goes on when that has read it", async () => {
  const log = createMemoryLog();
  const waiting: string[] = [];
  const logger = { debug() {}, info: (text: string) => void waiting.push(text), warn() {}, error() {} };
  const stop = new AbortController();
  const slow = sampler({ maxSampled: 60 }, { maxBacklog: 10 });
  // The pipeline behind it does not run here.
  await run(log, [slow], [asking()], {
    flow: [asking(), answering],
    untilIdle: false,
    stop: stop.signal,
    logger: {
      ...logger,
      info: (text) => {
        waiting.push(text);
        stop.abort();
      },
    },
  });
  expect(waiting).toEqual(["sampler ask waits: the pipeline answer has more than 10 records to read"]);
  const drawn = (await valuesOf(log, "ask.tickets")).length;
  expect(drawn).toBeGreaterThan(10);
  expect(drawn).toBeLessThan(60);
  await run(log, [slow], [asking(), answering]);
  expect((await valuesOf(log, "instructions")).length).toBe(60);
});

test("variants are drawn by their weights, with their system text in the prompt", async () => {
  const log = createMemoryLog();
  const prompts = new Set<string>();
  const { models } = countedModels((model) => ({
    ...model,
    complete: (request, signal) => {
      prompts.add(request.prompt);
      return model.complete(request, signal);
    },
  }));
  const variants = [
    { name: "plain", weight: 3, system: null },
    { name: "math", weight: 1, system: "You help with mathematics." },
  ];
  await run(log, [sampler({ maxSampled: 200 }, { ahead: 200 })], [asking({ variants })], { models });
  const drawn = (await valuesOf<MagpieRecord>(log, "instructions")).map(
    ({ provenance }) => provenance.variant,
  );
  expect(prompts).toEqual(new Set(["<user>", "<system>You help with mathematics.<end><user>"]));
  const math = drawn.filter((variant) => variant === "math").length;
  expect([math > 30, math < 70]).toEqual([true, true]);
});
