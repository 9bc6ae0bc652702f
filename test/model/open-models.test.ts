import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ModelConfig } from "../../src/core/model.ts";
import { createModels } from "../../src/model/open-models.ts";

const nowhere = { weights: { local: undefined, cache: "/nowhere" }, now: () => 0, random: () => 0 };

const remote = (over: Partial<ModelConfig>): ModelConfig => ({
  engine: "openai",
  baseUrls: ["http://127.0.0.1:1/v1"],
  name: "m",
  apiKey: undefined,
  template: undefined,
  timeoutMs: 1000,
  retries: 0,
  profile: undefined,
  date: "2024-07-26",
  ...(over as object),
});

test("a model that a server names as the hub does has its published prompt, sampling and stops, without any server asked", async () => {
  const models = createModels({ m: remote({ name: "Qwen/Qwen2.5-7B-Instruct" }) }, nowhere);
  expect(await models.facts("m")).toEqual({
    name: "Qwen/Qwen2.5-7B-Instruct",
    preQuery:
      "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n<|im_start|>user\n",
    instructions: { temperature: 0.7, topP: 1, bannedFirst: [] },
    stop: ["<|im_start|>", "<|im_end|>", "<|endoftext|>"],
  });
});

test("a chat template beside it goes before a published prompt, and its hash is told", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-template-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const template = join(folder, "tokenizer_config.json");
  const chat = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}";
  await writeFile(template, JSON.stringify({ chat_template: chat, eos_token: "</s>" }));
  const models = createModels({ m: remote({ template, profile: "google/gemma-2-9b-it" }) }, nowhere);
  expect(await models.facts("m")).toEqual({
    name: "m",
    preQuery: "<user>",
    instructions: { temperature: 1, topP: 1, bannedFirst: [] },
    stop: ["<eos>", "<bos>", "<end_of_turn>"],
    templateSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test.each([
  [remote({}), "MGP_MODEL_TEMPLATE", /set `template` to its tokenizer_config.json/],
  [remote({ profile: "nobody/nothing" }), "MGP_MODEL_NOT_FOUND", /there is no profile "nobody\/nothing"/],
  [
    remote({ engine: "in-process", gguf: "smollm2-135m-instruct" } as Partial<ModelConfig>),
    "MGP_MODEL_NOT_FOUND",
    /magpie models pull smollm2-135m-instruct/,
  ],
])("what is missing for a model is said with what to do", async (config, code, message) => {
  const facts = createModels({ m: config }, nowhere).facts("m");
  await expect(facts).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("a name that is not configured, and a server that is not there, are errors of whoever asks", async () => {
  const models = createModels({ m: remote({ profile: "google/gemma-2-9b-it" }) }, nowhere);
  await expect(models.open("other")).rejects.toMatchObject({ code: "MGP_MODEL_NOT_FOUND" });
  await expect(models.open("m")).rejects.toMatchObject({ code: "MGP_MODEL_UNAVAILABLE" });
  await models.close();
});
