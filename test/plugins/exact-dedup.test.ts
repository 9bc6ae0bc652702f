import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint, normalise } from "../../plugins/exact-dedup/fingerprint.ts";
import exactDedup from "../../plugins/exact-dedup/plugin.ts";
import { decodeHolder, encodeHolder } from "../../src/core/holder-entry.ts";
import { type At, formatPosition } from "../../src/core/position.ts";
import type { MagpieRecord, Turn } from "../../src/core/record.ts";
import { openPlugin } from "../../src/testing/conformance/run-plugin.ts";
import { createTestContext } from "../../src/testing/test-context.ts";
import { anyText } from "./any-text.ts";

function record(id: string, ...turns: readonly Turn[]): MagpieRecord {
  return { id, turns, provenance: {}, measures: {}, tags: {}, extra: {} };
}

const asked = (id: string, content: string) => record(id, { role: "user", content });

function at(offset: number, original = offset): At {
  const position = { topic: "in", partition: 0, offset: BigInt(offset) };
  return { ...position, streamTime: 0, original: formatPosition({ ...position, offset: BigInt(original) }) };
}

type Config = Parameters<typeof exactDedup.decide>[1];

/** The reasons each record is dropped for, as `code ref`; null where it is kept. */
async function drops(
  records: readonly MagpieRecord[],
  positions: readonly At[] = records.map((_, i) => at(i)),
  config: Config = { by: "instruction", caseSensitive: true },
): Promise<readonly (string | null)[]> {
  const open = await openPlugin(exactDedup, config, createTestContext(""));
  return (await open.run(records, positions)).map((outcome) => {
    if (outcome.kind !== "judged" || outcome.verdict.keep) return null;
    return outcome.verdict.reasons.map((reason) => `${reason.code} ${reason.ref}`).join();
  });
}

describe("exact duplicates", () => {
  it("are named by the position and id of the first record with the text, never of a dropped one", async () => {
    expect(await drops([asked("a", "Hi"), asked("b", " Hi\n"), asked("c", "Hi")])).toEqual([
      null,
      "duplicate_instruction in/0/0 a",
      "duplicate_instruction in/0/0 a",
    ]);
  });

  it("are none between texts of different case, unless asked", async () => {
    const records = [asked("a", "What is IT?"), asked("b", "what is it?")];
    expect(await drops(records)).toEqual([null, null]);
    expect(await drops(records, undefined, { by: "instruction", caseSensitive: false })).toEqual([
      null,
      "duplicate_instruction in/0/0 a",
    ]);
  });

  it("may have blank texts, but records without the text are never duplicates", async () => {
    const none = record("none", { role: "assistant", content: "Hi" });
    expect(await drops([none, none, asked("a", ""), asked("b", " ")])).toEqual([
      null,
      null,
      null,
      "duplicate_instruction in/0/2 a",
    ]);
  });

  it("of an id are dropped whatever the record says", async () => {
    const records = [asked("0", "Why?"), asked("0", "How?"), asked("O", "Why?")];
    expect(await drops(records, undefined, { by: "id", caseSensitive: false })).toEqual([
      null,
      "duplicate_id in/0/0 0",
      null,
    ]);
  });

  it("of a conversation have the same turns in the same roles; system turns do not count", async () => {
    const user = (content: string): Turn => ({ role: "user", content });
    const assistant = (content: string): Turn => ({ role: "assistant", content });
    const records = [
      record("a", user("Hi"), assistant("Yo")),
      record("b", user("Hi Yo")),
      record("c", user("Hi"), user("Yo")),
      record("d", user("Hi"), assistant("Yo"), user("Bye")),
      record("e", { role: "system", content: "Be brief." }, user("Hi"), assistant(" Yo ")),
    ];
    expect(await drops(records, undefined, { by: "conversation", caseSensitive: true })).toEqual([
      null,
      null,
      null,
      null,
      "duplicate_conversation in/0/0 a",
    ]);
  });

  it("are not made by a replay of the holder, which then holds the text at its new position", async () => {
    const hi = (id: string) => asked(id, "Hi");
    expect(await drops([hi("a"), hi("a"), hi("b"), hi("a")], [at(0), at(7, 0), at(8), at(9, 0)])).toEqual([
      null,
      null,
      "duplicate_instruction in/0/7 a",
      null,
    ]);
  });
});

describe("what counts as the same text", () => {
  it("is composed, with single spaces and none at the ends", () => {
    expect(normalise(" cafe\u0301\t\n  au\u00a0lait\r\n", true)).toBe("café au lait");
    expect(normalise("か\u3099", true)).toBe("が");
    expect(normalise("“Été” — 你好", false)).toBe("“été” — 你好");
  });

  it("is the same again after normalising", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, caseSensitive) => {
        const once = normalise(text, caseSensitive);
        if (caseSensitive) expect(normalise(once, caseSensitive)).toBe(once);
        expect(normalise(text.normalize("NFD"), caseSensitive)).toBe(once);
        expect(normalise(`\n${text}  `, caseSensitive)).toBe(once);
      }),
    );
  });

  it("has a key of its kind and 16 bytes of sha256, so that state is readable elsewhere", () => {
    expect(Buffer.from(fingerprint(0x69, "abc")).toString("hex")).toBe("69ba7816bf8f01cfea414140de5dae2223");
  });
});

/** As JSON in UTF-8 carries ids. */
const wellFormed = anyText.map((text) => Buffer.from(text).toString());

it("keeps a holder whose id holds anything", () => {
  fc.assert(
    fc.property(wellFormed, fc.nat(), fc.nat(), (id, offset, original) => {
      expect(decodeHolder(encodeHolder(at(offset, original), id))).toEqual({
        ref: `in/0/${offset} ${id}`,
        original: `in/0/${original}`,
      });
    }),
  );
});

it("needs new state when what is compared changes, and case only where it matters", () => {
  expect(exactDedup.fingerprint({ by: "response", caseSensitive: false })).toEqual({
    by: "response",
    caseSensitive: false,
  });
  expect(exactDedup.fingerprint({ by: "id", caseSensitive: false })).toEqual({ by: "id" });
});
