import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { NearDuplicateRun, type Quality } from "./near-duplicate-run.ts";
import { writeBetweenMarkers } from "./write-between-markers.ts";

/**
 * `npm run measure:near-duplicates -- FOLDER [--write]`: how many near-duplicates `minhash-dedup` finds and how many of its drops are
 * none, against an exact search over the same shingles. FOLDER holds the sets as `NAME.jsonl.gz`; sets that are not there are
 * left out. `--write` puts the table into docs/near-duplicates.md.
 */
interface DataSet {
  readonly title: string;
  readonly files: readonly string[];
  readonly column: "instruction" | "response";
  /** Only texts of 1 to 8 words: the beginnings of the texts. */
  readonly short?: true;
}

const sets: readonly DataSet[] = [
  {
    title: "generations of SmolLM2-135M, instructions",
    files: ["generations-wide", "generations-narrow"],
    column: "instruction",
  },
  { title: "GPTeacher Toolformer, instructions", files: ["gpteacher-toolformer"], column: "instruction" },
  { title: "GPTeacher role play, responses", files: ["gpteacher-roleplay"], column: "response" },
  { title: "T0/P3 prompts, instructions", files: ["t0-12k"], column: "instruction" },
  { title: "GSM8K, questions", files: ["gsm8k"], column: "instruction" },
  { title: "code: GPTeacher code, responses", files: ["gpteacher-codegen"], column: "response" },
  { title: "code: GPTeacher code, instructions", files: ["gpteacher-codegen"], column: "instruction" },
  { title: "Chinese: BELLE, instructions", files: ["belle-zh"], column: "instruction" },
  { title: "Chinese: BELLE, answers", files: ["belle-zh"], column: "response" },
  {
    title: "1–8 words: beginnings of all English instructions",
    files: ["generations-wide", "generations-narrow", "gpteacher-toolformer", "gpteacher-codegen", "gsm8k"],
    column: "instruction",
    short: true,
  },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false }, threshold: { type: "string", default: "0.8" } },
});
const folder = positionals[0] ?? "examples/data";
const threshold = Number(values.threshold);

const rows: string[] = [];
for (const set of sets) {
  const texts = set.files.flatMap((name) => readTexts(name, set.column));
  if (texts.length === 0) continue;
  const chosen = set.short ? texts.map(beginning) : texts;
  const run = await NearDuplicateRun.open(threshold);
  for (const [i, text] of chosen.entries()) {
    await run.add(text);
    if (i % 1000 === 999) process.stderr.write(`\r${set.title}: ${i + 1} of ${chosen.length}`);
  }
  process.stderr.write("\n");
  rows.push(row(set.title, chosen.length, run.quality));
}

const table = `| texts | records | have an earlier kept one at J ≥ ${threshold} | of these dropped | dropped in all | of these at J ≥ ${threshold} to their holder | compared per record |
|---|---:|---:|---:|---:|---:|---:|
${rows.join("\n")}
`;
process.stdout.write(table);
if (values.write) writeBetweenMarkers("docs/near-duplicates.md", table);

function row(title: string, records: number, quality: Quality): string {
  const { alike, alikeDropped, dropped, droppedAlike, compared } = quality;
  const cells = [
    title,
    records.toLocaleString("en"),
    alike.toLocaleString("en"),
    share(alikeDropped, alike),
    dropped.toLocaleString("en"),
    share(droppedAlike, dropped),
    (compared / records).toFixed(2),
  ];
  return `| ${cells.join(" | ")} |`;
}

function share(part: number, of: number): string {
  return of === 0 ? "–" : `${part.toLocaleString("en")} = ${(part / of).toFixed(4)}`;
}

function readTexts(name: string, column: DataSet["column"]): readonly string[] {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(readFileSync(join(folder, `${name}.jsonl.gz`)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const lines = bytes.toString("utf8").trimEnd().split("\n");
  return lines
    .map((line) => (JSON.parse(line) as { readonly [column: string]: unknown })[column])
    .filter((text): text is string => typeof text === "string");
}

/** The first 1 to 8 words: how many goes round with the length of the text. */
function beginning(text: string): string {
  return text
    .split(/\s+/)
    .slice(0, 1 + (text.length % 8))
    .join(" ");
}
