import { maxChunkRecords } from "../../core/limits.ts";
import type { ExampleInput } from "../../core/plugin.ts";
import type { At } from "../../core/position.ts";
import { formatPosition } from "../../core/position.ts";
import { readRecord } from "../../core/read-record.ts";
import type { MagpieRecord, Turn } from "../../core/record.ts";
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

/** Up to the largest text that a record may hold by default, in KiB. */
export const largeSizes = [16, 64, 256, 1024] as const;

/** Shapes on which careless patterns take quadratic time. */
const largeTexts: { readonly [name: string]: (characters: number) => string } = {
  "of words": (characters) => "lorem ipsum ".repeat(characters / 12),
  "without a space": (characters) => "a".repeat(characters),
  "of spaces": (characters) => `x${" ".repeat(characters - 2)}x`,
  "of line breaks and marks": (characters) => "\n* ".repeat(characters / 3),
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

/** Large texts of one size as instruction and as response, and a conversation of very many turns. */
export function largeRecords(kibibytes: number): readonly Named[] {
  const texts = Object.entries(largeTexts).map(([shape, text]) => [
    `${kibibytes} KiB ${shape}`,
    text(kibibytes * 1024),
  ]);
  const turns = Array.from(
    { length: kibibytes * 8 },
    (_, i): Turn => ({
      role: i % 2 === 0 ? "user" : "assistant",
      content: `${"And then? ".repeat(10)}${i}`,
    }),
  );
  const many: Named = [`${turns.length} turns`, { id: "turns", turns, ...bare }];
  return deepFreeze([...recordsOf(Object.fromEntries(texts)), many]);
}

/** As many records as a batch holds, of 2 KB of words each. */
export function usualBatch(): readonly Named[] {
  return Array.from({ length: maxChunkRecords }, (_, i): Named => {
    const record = buildTurns(`Question ${i}: ${"why is the sky blue and the grass green? ".repeat(12)}`);
    return [`record ${i + 1} of a batch`, deepFreeze({ id: `usual ${i}`, turns: record, ...bare })];
  });
}

function buildTurns(instruction: string): readonly Turn[] {
  return [
    { role: "user", content: instruction },
    {
      role: "assistant",
      content: "Light is scattered by the air, and leaves are full of chlorophyll. ".repeat(22),
    },
  ];
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
