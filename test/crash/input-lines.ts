import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const sampleFiles = ["generations-wide", "generations-narrow", "conversations"];

/** What no reader understands: cut-off JSON, a value that is no record, bytes that are not UTF-8, an unknown role. */
const malformed = [
  Buffer.from('{"id": "cut-off", "instruction": "What is'),
  Buffer.from("42"),
  Buffer.from([0x7b, 0x22, 0x69, 0x64, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  Buffer.from('{"id": "odd", "messages": [{"role": "narrator", "content": "Meanwhile"}]}'),
];

interface Sample {
  readonly id: string;
  readonly instruction: string;
}

/**
 * Lines for a topic, the same at every call. The sample data comes round again and again: from the second round on, four
 * of five instructions get a suffix and are new, the fifth repeats its text under another id and is a duplicate. Every
 * 401st line is malformed.
 */
export function inputLines(count: number): readonly Buffer[] {
  const samples = sampleFiles.flatMap(readSamples);
  return Array.from({ length: count }, (_, index) => {
    if (index % 401 === 400) return malformed[((index - 400) / 401) % malformed.length]!;
    const round = Math.floor(index / samples.length);
    const sample = samples[index % samples.length]!;
    return round === 0
      ? Buffer.from(JSON.stringify(sample))
      : Buffer.from(JSON.stringify(again(sample, index, round)));
  });
}

function again(sample: Sample, index: number, round: number): Sample {
  const suffix = index % 5 === 0 ? "" : ` (version ${round + 1})`;
  return { ...sample, id: `${sample.id}-${round}`, instruction: sample.instruction + suffix };
}

function readSamples(name: string): readonly Sample[] {
  const text = gunzipSync(readFileSync(`examples/data/${name}.jsonl.gz`)).toString("utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Sample);
}
