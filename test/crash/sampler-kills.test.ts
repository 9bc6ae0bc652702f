import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { MagpieRecord } from "../../src/core/record.ts";
import type { LedgerReport } from "../../src/runtime/read-ledger.ts";
import { seededRandom } from "../../src/runtime/seeded-random.ts";
import { CompletionsServer } from "./completions-server.ts";
import { magpie, startMagpie } from "./magpie.ts";

const sampled = 120;
const concurrency = 8;

const configText = (url: string) => `version: 1
log: { kind: embedded, path: ./store, sync: background }
commit: { records: 16, everyMs: 20 }
models:
  teacher: { engine: openai, baseUrl: "${url}", name: small, template: ./tokenizer_config.json }
samplers:
  ask: { model: teacher, to: instructions.raw, concurrency: ${concurrency}, target: { maxSampled: ${sampled} } }
pipelines:
  instructions:
    from: instructions.raw
    to: instructions.curated
    stages: [{ use: format }, { use: exact-dedup, with: { by: instruction } }]
  conversations:
    from: instructions.curated
    to: conversations.curated
    stages: [{ use: respond, with: { model: teacher }, concurrency: ${concurrency} }]
`;

const template = {
  chat_template:
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt and messages[-1].role == 'user' %}<assistant>{% endif %}",
  eos_token: "</s>",
};

async function workplace(server: CompletionsServer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "magpie-sampler-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "magpie.yaml"), configText(server.url));
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(template));
  return folder;
}

async function recordsOf(folder: string, topic: string): Promise<readonly MagpieRecord[]> {
  const { stdout } = await magpie(folder, ["tap", topic]);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What must be the same however often the run is interrupted: the times at which tickets were drawn are not. */
const timeless = ({ provenance: { created: _, ...provenance }, ...record }: MagpieRecord) => ({
  ...record,
  provenance,
});

test("a recipe that is killed at five random moments has every id once, pays no answer twice and balances", async () => {
  const server = new CompletionsServer(20);
  await server.listen();
  onTestFinished(() => server.close());

  const undisturbed = await workplace(server);
  await magpie(undisturbed, ["run", "--until-idle"]);
  expect(server.calls).toBe(2 * sampled);
  const expected = (await recordsOf(undisturbed, "conversations.curated")).map(timeless);
  server.asked.clear();

  const folder = await workplace(server);
  const random = seededRandom("sampler kills");
  let kills = 0;
  while (kills < 5) {
    const run = startMagpie(folder, ["run", "--until-idle"]);
    const before = server.calls;
    while (server.calls === before && run.process.exitCode === null) await setTimeout(5);
    await setTimeout(random() * 200);
    if (server.open > 0) kills++;
    run.process.kill("SIGKILL");
    expect((await run.ended).signal, "it ended before it was killed five times").toBe("SIGKILL");
  }
  await magpie(folder, ["run", "--until-idle"]);

  const ids = (await recordsOf(folder, "instructions.raw")).map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: sampled }, (_, i) => `ask.tickets/0/${i}`));
  expect((await recordsOf(folder, "conversations.curated")).map(timeless)).toEqual(expected);
  expect(server.asked.size).toBe(2 * sampled);
  // Two stages ask, and what was in flight at a kill is lost.
  expect(server.calls).toBeLessThanOrEqual(2 * sampled + kills * 2 * concurrency);
  const { pipelines } = JSON.parse((await magpie(folder, ["ledger", "--json"])).stdout) as LedgerReport;
  expect(Object.values(pipelines).map(({ received, balanced }) => [received, balanced])).toEqual([
    [sampled, true],
    [sampled, true],
    [sampled, true],
  ]);
  await magpie(folder, ["verify"]);
});
