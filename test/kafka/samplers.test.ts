import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { MagpieRecord } from "../../src/core/record.ts";
import type { LedgerReport } from "../../src/runtime/read-ledger.ts";
import { CompletionsServer } from "../crash/completions-server.ts";
import { magpie, type Running, startMagpie } from "../crash/magpie.ts";
import { configFor, sharedCluster, unique } from "./harness.ts";

const sampled = 80;
const concurrency = 8;

const template = {
  chat_template:
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt and messages[-1].role == 'user' %}<assistant>{% endif %}",
  eos_token: "</s>",
};

test("a recipe whose parts run on machines of their own loses and repeats nothing when two of them are killed", async () => {
  const server = new CompletionsServer(20);
  await server.listen();
  onTestFinished(() => server.close());
  const { brokers } = configFor(await sharedCluster());
  const name = unique("recipe");
  const topic = (of: string) => `${name}.${of}`;
  const config = `version: 1
name: ${name}
log: { kind: kafka, brokers: ${JSON.stringify(brokers)}, path: ./state }
commit: { records: 16, everyMs: 50 }
topics: { ${topic("instructions.raw")}: { partitions: 2 }, ${topic("instructions.curated")}: { partitions: 2 } }
models:
  teacher: { engine: openai, baseUrl: "${server.url}", name: small, template: ./tokenizer_config.json }
samplers:
  ${topic("ask")}: { model: teacher, to: ${topic("instructions.raw")}, concurrency: ${concurrency}, target: { maxSampled: ${sampled} } }
pipelines:
  ${topic("instructions")}:
    from: ${topic("instructions.raw")}
    to: ${topic("instructions.curated")}
    stages: [{ use: format }, { use: exact-dedup, with: { by: instruction } }]
  ${topic("conversations")}:
    from: ${topic("instructions.curated")}
    to: ${topic("conversations.curated")}
    stages: [{ use: respond, with: { model: teacher }, concurrency: ${concurrency} }]
`;
  const machine = async () => {
    const folder = await mkdtemp(join(tmpdir(), "magpie-machine-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, "magpie.yaml"), config);
    await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(template));
    return folder;
  };
  const running: Running[] = [];
  onTestFinished(() => {
    for (const { process } of running) process.kill("SIGKILL");
  });
  const start = async (part: string) => {
    const run = startMagpie(await machine(), ["run", "--only", topic(part)]);
    running.push(run);
    return run;
  };
  const askedAtLeast = async (calls: number) => {
    while (server.calls < calls) await setTimeout(5);
  };

  const [asks] = await Promise.all(["ask", "instructions"].map(start));
  await askedAtLeast(sampled / 4);
  asks!.process.kill("SIGKILL");
  const answers = await start("conversations");
  await start("ask");
  await askedAtLeast(sampled);
  answers.process.kill("SIGKILL");
  await start("conversations");

  const reader = await machine();
  const ledger = async () =>
    (JSON.parse((await magpie(reader, ["ledger", "--json"])).stdout) as LedgerReport).pipelines;
  while (((await ledger())[topic("conversations")]?.curated ?? 0) < sampled) await setTimeout(500);
  for (const { process } of running) process.kill("SIGTERM");
  expect((await Promise.all(running.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([
    null, // killed
    0,
    null, // killed
    0,
    0,
  ]);

  const idsOf = async (of: string) =>
    (await magpie(reader, ["tap", topic(of)])).stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as MagpieRecord).id)
      .sort();
  const ids = await idsOf("instructions.raw");
  expect([ids.length, new Set(ids).size]).toEqual([sampled, sampled]);
  expect(await idsOf("conversations.curated")).toEqual(ids);
  expect(server.asked.size).toBe(2 * sampled);
  // What was in flight at a kill is lost.
  expect(server.calls).toBeLessThanOrEqual(2 * sampled + 2 * concurrency);
  expect(
    Object.values(await ledger()).map(({ received, curated, balanced }) => [received, curated, balanced]),
  ).toEqual([
    [sampled, sampled, true],
    [sampled, sampled, true],
    [sampled, sampled, true],
  ]);
  await magpie(reader, ["verify"]);
});
