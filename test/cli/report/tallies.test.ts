import { describe, expect, it } from "vitest";
import { LanguageTally } from "../../../src/cli/report/languages.ts";
import { SettingsTally } from "../../../src/cli/report/sampler-settings.ts";
import type { Generation, MagpieRecord, Tag } from "../../../src/core/record.ts";

const blank: MagpieRecord = { id: "x", turns: [], provenance: {}, measures: {}, tags: {}, extra: {} };

describe("languages", () => {
  const tallied = (values: readonly (Tag["value"] | undefined)[]) => {
    const tally = new LanguageTally();
    for (const value of values)
      tally.add(
        value === undefined ? blank : { ...blank, tags: { language: { value, by: "language@1.0.0" } } },
      );
    return tally.result();
  };

  it("are those of the tag; what is no text counts as none", () => {
    expect(tallied(["en", "de", "en", undefined, 7, null])).toEqual({
      counts: [
        { language: "en", records: 2 },
        { language: "de", records: 1 },
      ],
      others: 0,
      untagged: 3,
    });
  });

  it("are told apart up to 200", () => {
    const { counts, others } = tallied(Array.from({ length: 1000 }, (_, i) => `l${i}`));
    expect([counts.length, others]).toEqual([200, 800]);
  });
});

describe("sampler settings", () => {
  const asked = (generation?: Generation): MagpieRecord => ({
    ...blank,
    turns: [
      { role: "system", content: "", generation: { model: "m" } },
      { role: "user", content: "", ...(generation === undefined ? {} : { generation }) },
      { role: "assistant", content: "", generation: { temperature: 0 } },
    ],
  });

  it("are those of the first turn that says how it was generated", () => {
    const tally = new SettingsTally();
    tally.add(asked({ temperature: 1, topP: 0.9 }), true, 1);
    tally.add(asked({ temperature: 1, topP: 0.9 }), false, 1);
    tally.add(asked({ temperature: 0.5, topP: 1 }), true, 1);
    tally.add(asked(), false, 1);
    tally.add(blank, true, 1);
    expect(tally.result()).toEqual({
      cells: [
        { temperature: 0, topP: null, received: 1, curated: 0 },
        { temperature: 0.5, topP: 1, received: 1, curated: 1 },
        { temperature: 1, topP: 0.9, received: 2, curated: 1 },
      ],
      unknown: { received: 1, curated: 1 },
      others: { received: 0, curated: 0 },
    });
  });

  it("are told apart up to 64, and a record in three topics counts once", () => {
    const tally = new SettingsTally();
    for (let part = 0; part < 3; part++) tally.add(asked({ temperature: 0 }), true, 1 / 3);
    for (let i = 1; i < 100; i++) tally.add(asked({ temperature: i }), true, 1);
    const { cells, others } = tally.result();
    expect([cells.length, others]).toEqual([64, { received: 36, curated: 36 }]);
    expect(cells[0]).toEqual({ temperature: 0, topP: null, received: 1, curated: 1 });
  });
});
