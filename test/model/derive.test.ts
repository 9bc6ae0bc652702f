import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProfile } from "../../src/model/profiles/find-profile.ts";
import { ChatTemplate } from "../../src/model/template/chat-template.ts";
import { readGguf } from "../../src/model/template/read-gguf.ts";
import { readTokenizerConfig } from "../../src/model/template/read-tokenizer-config.ts";

interface Fixture {
  readonly source: string;
  /** Id of a model whose profile stands in the published table. */
  readonly profile: string;
  readonly tokenizerConfig: object;
}

const templates = new URL("templates/", import.meta.url);
const date = new Date("2026-02-03T00:00:00Z");

function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`${name}.json`, templates), "utf8"));
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "magpie-template-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function templateOf(config: object, on = date): Promise<ChatTemplate> {
  const file = join(await folder(), "tokenizer_config.json");
  await writeFile(file, JSON.stringify(config));
  return new ChatTemplate(await readTokenizerConfig(file), on);
}

const datedBlock = (day: string) =>
  "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n" +
  `Cutting Knowledge Date: December 2023\nToday Date: ${day}\n\n<|eot_id|>` +
  "<|start_header_id|>user<|end_header_id|>\n\n";

/** Where a model's template and the published table part ways, each looked into; docs/models.md says the same in prose. */
const differences: Readonly<Record<string, { readonly derived: string; readonly reason: string }>> = {
  "llama-3.1": {
    derived: datedBlock("26 Jul 2024"),
    reason: "the template brings a system block with a date, fixed in it; published data was made without",
  },
  "llama-3.2": {
    derived: datedBlock("03 Feb 2026"),
    reason: "not in the table; the template brings a system block with today's date, which we fix",
  },
  "llama-3.3": {
    derived: datedBlock("26 Jul 2024"),
    reason: "the template brings a system block with a date, fixed in it; published data was made without",
  },
  "gemma-2": {
    derived: "<bos><start_of_turn>user\n",
    reason: "the published template has a second newline, which the chat template never writes",
  },
  "mistral-7b-v0.2": {
    derived: "<s>[INST] ",
    reason:
      "the published template has a space after <s>: how the tokenizer prints it, not what the template writes",
  },
  "phi-3": {
    derived: "<s><|user|>\n",
    reason:
      "the published template has a space after <s>: how the tokenizer prints it, not what the template writes",
  },
  "phi-3.5": {
    derived: "<|user|>\n",
    reason: "the template of 3.5 no longer writes <s>, and its tokenizer does not add it",
  },
  vicuna: {
    derived: "USER: ",
    reason: "the model has no template of its own; the one in use leaves the system sentence to the caller",
  },
};

const names = readdirSync(templates).map((file) => file.replace(/\.json$/, ""));

test.each(names)(
  "what %s's chat template gives is the published template, or a reviewed difference",
  async (name) => {
    const { profile, tokenizerConfig } = fixture(name);
    const derived = (await templateOf(tokenizerConfig)).beforeUser();
    const published = findProfile(profile)?.preQuery;
    expect(derived).toBe(differences[name]?.derived ?? published);
    expect(derived === published).toBe(differences[name] === undefined);
  },
);

test("a date in a template is the one that was fixed, whatever day it is", async () => {
  const { tokenizerConfig } = fixture("llama-3.2");
  const template = await templateOf(tokenizerConfig, new Date("1999-12-31T23:59:59Z"));
  expect(template.beforeUser()).toBe(datedBlock("31 Dec 1999"));
});

test("a system turn takes the place of the system block that a template brings by itself", async () => {
  const template = await templateOf(fixture("qwen2.5").tokenizerConfig);
  expect(template.beforeUser([{ role: "system", content: "Nur Deutsch." }])).toBe(
    "<|im_start|>system\nNur Deutsch.<|im_end|>\n<|im_start|>user\n",
  );
});

test("a later user turn follows the conversation so far", async () => {
  const template = await templateOf(fixture("gemma-2").tokenizerConfig);
  const turns = [
    { role: "user", content: "Why?" },
    { role: "assistant", content: "Because." },
  ] as const;
  expect(template.beforeUser(turns)).toBe(
    "<bos><start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\nBecause.<end_of_turn>\n<start_of_turn>user\n",
  );
});

test("a template that refuses a system turn is an error that says so", async () => {
  const template = await templateOf(fixture("gemma-2").tokenizerConfig);
  expect(() => template.beforeUser([{ role: "system", content: "Be brief." }])).toThrow(
    /cannot render the turns system, user: System role not supported/,
  );
});

test("a system text that a template leaves out is an error, not lost", async () => {
  const template = await templateOf(fixture("phi-3").tokenizerConfig);
  expect(() => template.beforeUser([{ role: "system", content: "Be brief." }])).toThrow(
    /leaves out the text of the system turn/,
  );
});

test("the token that begins a text stands in the prompt once, whether template or tokenizer writes it", async () => {
  const bare = "{% for message in messages %}{{ 'Q: ' + message.content }}{% endfor %}";
  const config = { chat_template: bare, bos_token: { content: "<s>" }, add_bos_token: true };
  expect((await templateOf(config)).beforeUser()).toBe("<s>Q: ");
  const written = { ...config, chat_template: `{{ bos_token }}${bare}` };
  expect((await templateOf(written)).beforeUser()).toBe("<s>Q: ");
  expect((await templateOf({ ...config, add_bos_token: false })).beforeUser()).toBe("Q: ");
});

test("of several templates the one called default counts, and a chat_template.jinja beside the file before it", async () => {
  const path = await folder();
  const file = join(path, "tokenizer_config.json");
  const ofName = (name: string) => ({ name, template: `{{ '${name}: ' + messages[0].content }}` });
  await writeFile(file, JSON.stringify({ chat_template: [ofName("tool_use"), ofName("default")] }));
  const before = async () => new ChatTemplate(await readTokenizerConfig(file), date).beforeUser();
  expect(await before()).toBe("default: ");
  await writeFile(join(path, "chat_template.jinja"), "{{ 'beside: ' + messages[0].content }}");
  expect(await before()).toBe("beside: ");
});

test("a model without a chat template, and a template that is not one, are told apart", async () => {
  await expect(templateOf({ bos_token: "<s>" })).rejects.toMatchObject({ code: "MGP_MODEL_TEMPLATE" });
  await expect(templateOf({ chat_template: "{% for %}" })).rejects.toThrow(/cannot be parsed/);
  const silent = await templateOf({ chat_template: "hello" });
  expect(() => silent.beforeUser()).toThrow(/leaves out the user's text/);
});

test("a missing file, one that is not JSON, and one that is not GGUF are errors that name it", async () => {
  const path = await folder();
  const file = join(path, "tokenizer_config.json");
  await expect(readTokenizerConfig(file)).rejects.toMatchObject({ code: "MGP_MODEL_NOT_FOUND" });
  await writeFile(file, "{");
  await expect(readTokenizerConfig(file)).rejects.toMatchObject({ code: "MGP_MODEL_DAMAGED" });
  const model = join(path, "model.gguf");
  await expect(readGguf(model)).rejects.toMatchObject({ code: "MGP_MODEL_NOT_FOUND" });
  await writeFile(model, "<html>");
  await expect(readGguf(model)).rejects.toThrow(
    /model.gguf is not a whole GGUF file \(it does not start with GGUF\)/,
  );
});
