import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import language from "../plugins/language/plugin.ts";
import { countWords } from "../plugins/length/count-words.ts";
import { createTestContext } from "../src/testing/test-context.ts";
import { writeBetweenMarkers } from "./write-between-markers.ts";

/**
 * `npm run measure:language [-- --write]`: what `language` says with its defaults about texts whose language is known
 * (test/data/languages.jsonl.gz), by length. `--write` puts the table into docs/language.md.
 */
interface Row {
  /** Null: code. */
  readonly language: string | null;
  readonly text: string;
}

const groups = [
  "English, 1–3 words",
  "English, 4–8 words",
  "English, longer",
  "all languages, 1–3 words",
  "all languages, 4–8 words",
  "all languages, 9–20 words",
  "all languages, longer",
  "code",
];

const rows = gunzipSync(readFileSync("test/data/languages.jsonl.gz"))
  .toString("utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

const config = { field: "instruction", allow: ["en"], minConfidence: 0.5, undetermined: "keep" } as const;
const instance = await language.setup({ ...config, allow: [...config.allow] }, createTestContext(""));
const signal = new AbortController().signal;

interface Count {
  right: number;
  wrong: number;
  undetermined: number;
}

const counts = new Map<string, Count>();
const started = performance.now();
for (const { language: expected, text } of rows) {
  const record = {
    id: "",
    turns: [{ role: "user" as const, content: text }],
    provenance: {},
    measures: {},
    tags: {},
    extra: {},
  };
  const [measures] = await instance.measure([record], signal);
  if (measures === undefined || !("language" in measures)) throw new Error(`not measured: ${text}`);
  const { language: tag } = language.tag!(measures, { ...config, allow: [...config.allow] });
  for (const group of groupsOf(expected, text)) {
    const count = counts.get(group) ?? { right: 0, wrong: 0, undetermined: 0 };
    counts.set(group, count);
    if (tag === "und") count.undetermined++;
    else if (tag === expected) count.right++;
    else count.wrong++;
  }
}
const perSecond = rows.length / ((performance.now() - started) / 1000);

const lines = [...counts].sort(([a], [b]) => order(a) - order(b)).map(([group, count]) => line(group, count));
const table = `| texts | number | right | wrong | undetermined |
|---|---:|---:|---:|---:|
${lines.join("\n")}
`;
process.stdout.write(`${table}\n${Math.round(perSecond)} texts/s\n`);
if (process.argv.includes("--write")) writeBetweenMarkers("docs/language.md", table);

function order(group: string): number {
  return groups.indexOf(group);
}

function groupsOf(expected: string | null, text: string): readonly string[] {
  if (expected === null) return ["code"];
  const words = countWords(text);
  const all = `all languages, ${words <= 3 ? "1–3 words" : words <= 8 ? "4–8 words" : words <= 20 ? "9–20 words" : "longer"}`;
  if (expected !== "en") return [all];
  return [all, `English, ${words <= 3 ? "1–3 words" : words <= 8 ? "4–8 words" : "longer"}`];
}

function line(group: string, { right, wrong, undetermined }: Count): string {
  const all = right + wrong + undetermined;
  const share = (part: number) => `${((100 * part) / all).toFixed(1)} %`;
  return `| ${group} | ${all} | ${share(right)} | ${share(wrong)} | ${share(undetermined)} |`;
}
