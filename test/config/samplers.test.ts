import { join } from "node:path";
import { expect, test } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { defaultStageOptions } from "../../src/core/stage-options.ts";
import { folderWith, lint } from "./workplace.ts";

const file = (models: string, samplers: string, pipelines = "") => `version: 1
models:
  teacher: ${models}
samplers:
  ask: ${samplers}
pipelines:
  answer:
    from: instructions
    to: conversations
    stages: [{ use: respond, with: { model: teacher } }]
${pipelines}`;

const inProcess = "{ engine: in-process, gguf: smollm2-135m-instruct }";
const asks = "{ model: teacher, to: instructions, target: { maxSampled: 5 } }";

const load = (text: string) =>
  loadConfig(join(folderWith({ "magpie.yaml": text }), "magpie.yaml"), { env: {}, builtins });

test("a sampler is a pipeline from its tickets to its topic, with all that is said about sampling in its stage", async () => {
  const { samplers, pipelines, topics } = await load(
    file(
      inProcess,
      `{ model: teacher, to: instructions, temperature: [1, 1.2], topP: 0.9, maxTokens: 99, seed: 3, concurrency: 5, maxBacklog: 50,
         variants: [{ name: math, system: You are good at mathematics. }, { name: plain, weight: 2 }],
         target: { accepted: 10, in: conversations, maxSampled: 100, maxTokens: 5000 } }`,
    ),
  );
  expect(samplers).toEqual([
    {
      name: "ask",
      ahead: 20,
      maxBacklog: 50,
      target: { accepted: { records: 10, pipeline: "answer" }, maxSampled: 100, maxTokens: 5000 },
    },
  ]);
  const [ask, answer] = pipelines;
  const calls = { batch: 1, concurrency: 16, timeoutMs: 3_600_000, retries: 5 };
  const options = { ...defaultStageOptions, ...calls };
  expect({ ...ask, stages: ask!.stages.map(({ id, config, options }) => ({ id, config, options })) }).toEqual(
    {
      name: "ask",
      from: ["ask.tickets"],
      to: [{ topic: "instructions" }],
      stages: [
        {
          id: "sample",
          config: {
            model: "teacher",
            temperature: [1, 1.2],
            topP: [0.9],
            maxTokens: 99,
            seed: 3,
            variants: [
              { name: "math", weight: 1, system: "You are good at mathematics." },
              { name: "plain", weight: 2, system: null },
            ],
          },
          options: { ...options, concurrency: 5 },
        },
      ],
    },
  );
  expect(answer!.stages[0]!.options).toEqual(options);
  expect(Object.keys(topics)).toEqual([
    "ask.tickets",
    "instructions",
    "ask.rejected",
    "ask.quarantine",
    "ask.plans",
    "conversations",
    "answer.rejected",
    "answer.quarantine",
    "answer.plans",
  ]);
});

test("models have what their engine needs, with paths from the folder of the file", async () => {
  const folder = folderWith({
    "magpie.yaml": `version: 1
models:
  here: { engine: in-process, gguf: ./weights/a.gguf, threads: 3, date: "2025-01-01" }
  there: { engine: openai, baseUrl: "http://a/v1", name: m, template: t.json, profile: Qwen/Qwen2-7B-Instruct }
`,
  });
  const { models } = await loadConfig(join(folder, "magpie.yaml"), { env: {}, builtins });
  expect({ ...models }).toEqual({
    here: {
      engine: "in-process",
      gguf: join(folder, "weights/a.gguf"),
      sequences: 8,
      contextTokens: 2048,
      threads: 3,
      profile: undefined,
      date: "2025-01-01",
    },
    there: {
      engine: "openai",
      baseUrls: ["http://a/v1"],
      name: "m",
      apiKey: undefined,
      template: join(folder, "t.json"),
      timeoutMs: 600_000,
      retries: 8,
      profile: "Qwen/Qwen2-7B-Instruct",
      date: "2024-07-26",
    },
  });
});

test("keys of the other engine, missing ones and keys that all can read are told", async () => {
  expect(await lint(file("{ engine: openai, gguf: a, apiKey: secret }", asks))).toEqual([
    "magpie.yaml:3:3 models.teacher.baseUrl: this key is missing",
    "magpie.yaml:3:3 models.teacher.name: this key is missing",
    'magpie.yaml:3:30 models.teacher.gguf: only the engine "in-process" has `gguf`',
    `warning magpie.yaml:3:47 models.teacher.apiKey: a key stands in the file; take it from the environment: apiKey: "\${API_KEY}"`,
  ]);
  expect(await lint(file("{ engine: in-process }", asks))).toEqual([
    "magpie.yaml:3:3 models.teacher.gguf: this key is missing",
  ]);
});

test("a model that is not there is told where it is asked for, with the one that was perhaps meant", async () => {
  expect(
    await lint(
      file(
        inProcess,
        "{ model: techer, to: instructions, target: unlimited }",
        "  again:\n    from: conversations\n    to: more\n    stages: [{ use: respond, with: { model: other } }]\n",
      ),
    ),
  ).toEqual([
    'magpie.yaml:5:17 samplers.ask.model: there is no model "techer"; did you mean "teacher"?',
    'magpie.yaml:14:45 pipelines.again.stages[0].with.model: there is no model "other"; there are: teacher',
  ]);
});

test("a target needs a limit, or the word that it has none", async () => {
  const target = (text: string) =>
    lint(file(inProcess, `{ model: teacher, to: instructions, target: ${text} }`));
  const path = "samplers.ask.target";
  expect(await target("{}")).toEqual([
    `magpie.yaml:5:44 ${path}: there is no limit; write "unlimited" if that is meant`,
  ]);
  expect(await target("forever")).toEqual([
    `magpie.yaml:5:52 ${path}: expected a mapping with a limit, or "unlimited", got "forever"`,
  ]);
  expect(await target("{ accepted: 5 }")).toEqual([
    `magpie.yaml:5:44 ${path}: \`accepted\` and \`in\` belong together`,
  ]);
  expect(await target("{ accepted: 5, in: conversation }")).toEqual([
    `magpie.yaml:5:71 ${path}.in: no pipeline writes the topic "conversation"; did you mean "conversations"?`,
  ]);
  expect(await target("{ accepted: 5, in: answer.rejected }")).toEqual([
    `magpie.yaml:5:71 ${path}.in: the topic "answer.rejected" does not hold all that a pipeline curates; there are: instructions, conversations`,
  ]);
  expect(await target("unlimited")).toEqual([]);
});

test("a sampler's topic is its own, and so is its name", async () => {
  expect(
    await lint(
      file(inProcess, asks, "  ask:\n    from: other\n    to: instructions\n    stages: [{ use: format }]\n"),
    ),
  ).toEqual([
    'magpie.yaml:5:3 samplers.ask: a pipeline is called "ask" too; a sampler is a pipeline: give one of them another name',
    'magpie.yaml:13:9 pipelines.ask.to: the pipeline "ask" already writes to the topic "instructions"; give every pipeline a topic of its own; a later pipeline can read several with a list in `from`',
  ]);
});
