import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runMagpie } from "../cli-harness.ts";

const openLog = () => Promise.reject(new Error("no log is needed"));

async function folders() {
  const folder = await mkdtemp(join(tmpdir(), "magpie-models-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const local = join(folder, "mine", "nested");
  await mkdir(local, { recursive: true });
  const env = { MAGPIE_MODELS: join(folder, "mine"), XDG_CACHE_HOME: join(folder, "cache") };
  return { env, file: join(local, "SmolLM2-135M-Instruct.Q4_1.gguf") };
}

test("models list says where weights lie, and how to get those that are not here", async () => {
  const { env, file } = await folders();
  const list = () => runMagpie(["models", "list", "--json"], { openLog, env });
  const { name, path } = JSON.parse((await list()).stdout).models[0];
  expect({ name, path }).toEqual({ name: "smollm2-135m-instruct", path: null });
  await writeFile(file, "weights");
  expect(JSON.parse((await list()).stdout).models[0].path).toBe(file);
});

test("models pull refuses a file that is here already and does not match its checksum", async () => {
  const { env, file } = await folders();
  await writeFile(file, "weights");
  const { code, stderr } = await runMagpie(["models", "pull", "smollm2-135m-instruct"], { openLog, env });
  expect(code).toBe(69);
  expect(stderr).toMatch(/MGP_MODEL_DAMAGED: .* is not smollm2-135m-instruct: its sha256 is 9/);
});

test("models pull of an unknown name says where the names are", async () => {
  const { env } = await folders();
  const { code, stderr } = await runMagpie(["models", "pull", "gpt-9"], { openLog, env });
  expect(code).toBe(2);
  expect(stderr).toContain('there are no weights called "gpt-9"; `magpie models list` lists the names');
});

test("probe of a model that is not here says how to get it", async () => {
  const { env } = await folders();
  const { code, stderr } = await runMagpie(["probe", "smollm2-135m-instruct"], { openLog, env });
  expect(code).toBe(2);
  expect(stderr).toContain("fetch it with `magpie models pull smollm2-135m-instruct`");
});
