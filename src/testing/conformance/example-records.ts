import type { ExampleInput } from "../../core/plugin.ts";
import type { At } from "../../core/position.ts";
import { formatPosition } from "../../core/position.ts";
import { readRecord } from "../../core/read-record.ts";
import type { MagpieRecord } from "../../core/record.ts";
import { deepFreeze } from "../deep-freeze.ts";

/** Where the record number `index` of a check stands. */
export function positionOf(index: number): At {
  const position = { topic: "examples", partition: 0, offset: BigInt(index) };
  return { ...position, streamTime: 0, original: formatPosition(position) };
}

/** Reads inputs as the runtime would and freezes them, so that changing one throws. */
export function readInputs(inputs: readonly ExampleInput[]): readonly MagpieRecord[] {
  return inputs.map((input, i) => deepFreeze(readRecord(Buffer.from(JSON.stringify(input)), positionOf(i))));
}

/** Texts that real streams hold and that break careless code. */
const hostileTexts: { readonly [name: string]: string } = {
  "an empty text": "",
  "a blank text": " \t\r\n\u00a0\u3000",
  "lone surrogates": "\udc00 lone \ud800",
  "right-to-left text": "\u202eمرحبا بالعالم\u202c שָׁלוֹם",
  emoji: "👩‍👩‍👧‍👦 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️",
  "Windows line ends": "one\r\ntwo\r\n\r\nthree\r\n",
  "control characters": "\u0000\u0007\u001b[31mred\u001b[0m\ufffd\ufeff",
};

const large = 1_048_576;

/** The largest texts a record may hold by default, in shapes on which careless patterns take quadratic time. */
const largeTexts: { readonly [name: string]: string } = {
  "1 MiB of words": "lorem ipsum ".repeat(large / 12),
  "1 MiB without a space": "a".repeat(large),
  "1 MiB of spaces": `x${" ".repeat(large - 2)}x`,
  "1 MiB of line breaks and marks": "\n* ".repeat(large / 3),
};

const bare = { provenance: {}, measures: {}, tags: {}, extra: {} };

type Named = readonly [name: string, record: MagpieRecord];

/** A record without turns, one without a user, and each hostile text as instruction and as response. */
export function hostileRecords(): readonly Named[] {
  const odd: readonly Named[] = [
    ["no turns", { id: "no turns", turns: [], ...bare }],
    ["only a system turn", { id: "system", turns: [{ role: "system", content: "Be brief." }], ...bare }],
    ["only an answer", { id: "answer", turns: [{ role: "assistant", content: "Hello." }], ...bare }],
  ];
  return deepFreeze([...odd, ...recordsOf(hostileTexts)]);
}

/** Each of the largest texts as instruction and as response. */
export function largeRecords(): readonly Named[] {
  return deepFreeze(recordsOf(largeTexts));
}

function recordsOf(texts: { readonly [name: string]: string }): readonly Named[] {
  return Object.entries(texts).flatMap(([name, content]): Named[] => {
    const asked = { role: "user", content } as const;
    const answered = [
      { role: "user", content: "Say it." },
      { role: "assistant", content },
    ] as const;
    return [
      [`${name} as instruction`, { id: `${name}, asked`, turns: [asked], ...bare }],
      [`${name} as response`, { id: `${name}, answered`, turns: answered, ...bare }],
    ];
  });
}
