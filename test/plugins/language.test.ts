import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { languages } from "../../plugins/language/languages.ts";
import language from "../../plugins/language/plugin.ts";
import { longestLooked, readableText } from "../../plugins/language/readable-text.ts";
import type { FilterInstance } from "../../src/core/plugin.ts";
import type { MagpieRecord, Measures } from "../../src/core/record.ts";
import { createTestContext } from "../../src/testing/test-context.ts";
import { anyText } from "./any-text.ts";

type Config = Parameters<typeof language.decide>[1];

const defaults: Config = { field: "instruction", allow: ["en"], minConfidence: 0.5, undetermined: "keep" };

const asked = (content: string): MagpieRecord => ({
  id: "a",
  turns: [{ role: "user", content }],
  provenance: {},
  measures: {},
  tags: {},
  extra: {},
});

let instance: FilterInstance<Measures>;
beforeAll(async () => {
  instance = (await language.setup(defaults, createTestContext(""))) as FilterInstance<Measures>;
});

async function measured(text: string) {
  const [measures] = await instance.measure([asked(text)], new AbortController().signal);
  return measures as { language: string | null; confidence: number; letters: number };
}

describe("language", () => {
  it.each([
    ["What is the difference between entropy and enthalpy?", "en"],
    ["Quelle est la capitale de la Mongolie, et pourquoi ?", "fr"],
    ["请写一篇关于春天的短文。", "zh"],
    ["春についての短い詩を書いてください。", "ja"],
    ["Напиши короткое стихотворение о море.", "ru"],
    ["اكتب قصيدة قصيرة عن البحر.", "ar"],
  ])("tells %j", async (text, code) => {
    const measures = await measured(text);
    expect(measures.language).toBe(code);
    expect(measures.confidence).toBeGreaterThan(0.8);
    expect(language.tag!(measures, defaults)).toEqual({ language: code });
  });

  it.each([
    ["no letters", "12 + 30 = 42 😀"],
    ["nothing", ""],
    ["code in a fence", "```python\nfor item in items: print(item)\n```"],
    ["code without one", "int main() { return f(x[0]) + (y << 2); }"],
    ["an address", "https://example.org/some/path/to/a/page"],
  ])("does not guess at %s", async (_, text) => {
    expect(await measured(text)).toEqual({ language: null, confidence: 0, letters: 0 });
  });

  it("decides by thresholds that may change without measuring again", () => {
    const measures = { language: "de", confidence: 0.6, letters: 20 };
    expect(language.decide(measures, defaults)).toEqual({
      keep: false,
      reasons: [{ code: "wrong_language", observed: "de", limit: ["en"] }],
    });
    expect(language.decide(measures, { ...defaults, allow: ["en", "de"] })).toEqual({ keep: true });
    expect(language.decide(measures, { ...defaults, minConfidence: 0.7 })).toEqual({ keep: true });
    expect(language.decide(measures, { ...defaults, minConfidence: 0.7, undetermined: "drop" })).toEqual({
      keep: false,
      reasons: [{ code: "undetermined_language", observed: 0.6, limit: 0.7 }],
    });
  });

  it("knows only codes of the model, and says which there are", () => {
    expect(language.check!({ ...defaults, allow: ["en", "xx"] })).toEqual([
      {
        path: ["allow", 1],
        message: '"xx" is no language the model knows',
        hint: expect.stringContaining("en"),
      },
    ]);
    expect(languages).toEqual(expect.arrayContaining(["en", "zh", "de", "ceb"]));
  });

  it("measures any text, the same every time", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const measures = await measured(text);
        expect(await measured(text)).toEqual(measures);
        expect(measures.language === null || languages.includes(measures.language)).toBe(true);
        expect(measures.confidence).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("looks at the beginning of a text of any length", async () => {
    const long = "This is a sentence about nothing in particular. ".repeat(20_000);
    expect(readableText(long)).toHaveLength(longestLooked);
    expect(await measured(long)).toMatchObject({ language: "en" });
  });
});
