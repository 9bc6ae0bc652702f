import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MagpieRecord } from "../../src/core/record.ts";
import type { CompletionsServer } from "./completions-server.ts";
import { magpie } from "./magpie.ts";

/** A recipe that is killed: so many tickets, each an instruction that is answered. */
export interface SamplerRecipe {
  readonly sampled: number;
  /** Milliseconds after which what is done is committed at the latest. */
  readonly commitMs: number;
}

/** Questions that a stage may have under way at once; two stages ask. */
export const concurrency = 8;

const configText = ({ sampled, commitMs }: SamplerRecipe, url: string) => `version: 1
log: { kind: embedded, path: ./store, sync: background }
commit: { records: 1000, everyMs: ${commitMs} }
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

/** A new folder with the recipe, nothing drawn yet. */
export async function samplerWorkplace(recipe: SamplerRecipe, server: CompletionsServer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "magpie-sampler-"));
  await writeFile(join(folder, "magpie.yaml"), configText(recipe, server.url));
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(template));
  return folder;
}

export async function recordsOf(folder: string, topic: string): Promise<readonly MagpieRecord[]> {
  const { stdout } = await magpie(folder, ["tap", topic]);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
