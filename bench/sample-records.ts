import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { packageRoot } from "../src/package-root.ts";

type Row = Readonly<Record<string, unknown>>;

/** Bytes of a sample record, within some percent: the escapes of JSON vary. */
const targetBytes = 2048;

/**
 * Records of about 2 KB made of the real texts in `examples/data`, any number of them. Record `k` has
 *
 * - every column of a conversation whose answer came to its end, and over them every column of generation `k` (of 8,152),
 *   each taken in turn: sampling parameters, seeds, token counts and finish reasons of both turns; and two columns no
 *   reader knows, which say what it was made of;
 * - the instruction of that generation, with ` (variation n)` behind it from the second round on, so that rounds do not
 *   repeat each other, while the duplicates that the generations have stay in;
 * - as response that of its conversation and of the next ones, a blank line between them, cut where the record is 2 KB.
 */
export function sampleRecords(): (k: number) => Buffer {
  const conversations = rows("conversations").filter((row) => row["response_finish_reason"] === "stop");
  const generations = [...rows("generations-wide"), ...rows("generations-narrow")];
  return (k) => {
    const conversation = at(conversations, k);
    const generation = at(generations, k);
    const round = Math.floor(k / generations.length);
    const row = {
      ...conversation,
      ...generation,
      id: `sample-${k}`,
      instruction:
        round === 0 ? generation["instruction"] : `${generation["instruction"]} (variation ${round})`,
      round,
      made_of: [generation["id"], conversation["id"]],
    };
    const room = targetBytes - JSON.stringify({ ...row, response: "" }).length;
    return Buffer.from(JSON.stringify({ ...row, response: responseOf(conversations, k, room) }));
  };
}

function responseOf(conversations: readonly Row[], from: number, length: number): string {
  let text = String(at(conversations, from)["response"]);
  for (let next = from + 1; text.length < length; next++)
    text += `\n\n${String(at(conversations, next)["response"])}`;
  // A cut may go through a pair of surrogates.
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function at(all: readonly Row[], k: number): Row {
  return all[k % all.length]!;
}

function rows(name: string): readonly Row[] {
  const file = new URL(`examples/data/${name}.jsonl.gz`, packageRoot());
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
}
