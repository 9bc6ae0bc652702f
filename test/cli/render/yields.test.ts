import { expect, test } from "vitest";
import { plain } from "../../../src/cli/render/style.ts";
import { renderYields } from "../../../src/cli/render/yields.ts";

const drawn = { sampled: 60, accepted: 21, tokens: { prompt: 9120, completion: 7480 } };

test("a sampler's line says what an accepted record has cost, in tokens and in the time that models worked", () => {
  expect(renderYields({ ask: { ...drawn, modelMs: 85_300 } }, plain)).toEqual([
    "ask  60 sampled, 21 accepted · 9,120 tokens read, 7,480 generated · 1 min 25 s of models · 790 tokens and 4 s an accepted record",
  ]);
});

test("time that nobody measured is left out, and so is what a record costs before one is accepted", () => {
  expect(renderYields({ ask: drawn, new: { ...drawn, accepted: 0 } }, plain)).toEqual([
    "ask  60 sampled, 21 accepted · 9,120 tokens read, 7,480 generated · 790 tokens an accepted record",
    "new  60 sampled, 0 accepted · 9,120 tokens read, 7,480 generated",
  ]);
});
