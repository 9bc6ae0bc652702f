import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openInProcess } from "../../../src/model/engine/open-in-process.ts";
import { openOpenAi } from "../../../src/model/engine/open-openai.ts";
import { findProfile } from "../../../src/model/profiles/find-profile.ts";
import { ChatTemplate } from "../../../src/model/template/chat-template.ts";
import { readGguf } from "../../../src/model/template/read-gguf.ts";
import { engineContract } from "./contract.ts";
import { startLlamaServer } from "./llama-server.ts";
import { smolLm2 } from "./real-model.ts";

const sizes = { sequences: 4, contextTokens: 512, threads: 1, now: Date.now };
const policy = { retries: 5, delayMs: 200, now: Date.now, random: Math.random };
const remote = { name: "smollm2", apiKey: undefined, timeoutMs: 120_000, ...policy };

engineContract("in-process", async () => {
  const engine = await openInProcess({ file: smolLm2(), ...sizes });
  return { engine, close: () => engine.close() };
});

engineContract("openai, with llama.cpp's server", async () => {
  const server = await startLlamaServer({ contextTokens: 512, slots: 4 });
  const engine = await openOpenAi({ ...remote, baseUrls: [server.url] });
  return { engine, close: () => server.stop() };
});

test("the template derived from SmolLM2's GGUF is its profile's, with the system block that it brings by itself", async () => {
  const template = new ChatTemplate(await readGguf(smolLm2()), new Date(0));
  expect(template.beforeUser()).toBe(findProfile("HuggingFaceTB/SmolLM2-135M-Instruct")!.preQuery);
});

test("a server that is started anew in the middle of a request is asked again", async () => {
  const first = await startLlamaServer({ contextTokens: 512, slots: 1 });
  const engine = await openOpenAi({ ...remote, baseUrls: [first.url] });
  const prompt = findProfile("HuggingFaceTB/SmolLM2-135M-Instruct")!.preQuery;
  const request = { prompt, seeds: [1], temperature: 1, topP: 1, stop: [], stopIds: [], banned: [] };
  const answer = engine.complete({ ...request, maxTokens: 100 });
  setTimeout(() => void first.stop(), 300);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const again = await startLlamaServer({
    contextTokens: 512,
    slots: 1,
    port: Number(new URL(first.url).port),
  });
  onTestFinished(() => again.stop());
  expect((await answer)[0]).toMatchObject({ seed: 1, promptTokens: 24 });
});

test("a file that is cut short is damaged, whether it ends in its header or in its weights", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-cut-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "cut.gguf");
  await writeFile(file, (await readFile(smolLm2())).subarray(0, 50_000_000));
  await expect(openInProcess({ file, ...sizes })).rejects.toMatchObject({ code: "MGP_MODEL_DAMAGED" });
  const handle = await open(file, "r+");
  await handle.truncate(100_000);
  await handle.close();
  await expect(readGguf(file)).rejects.toMatchObject({ code: "MGP_MODEL_DAMAGED" });
  await expect(openInProcess({ file, ...sizes })).rejects.toMatchObject({ code: "MGP_MODEL_DAMAGED" });
});

test("a model file that is not there is an error that names it", async () => {
  await expect(openInProcess({ file: "/nowhere/model.gguf", ...sizes })).rejects.toThrow(
    /there is no model \/nowhere\/model.gguf/,
  );
});
