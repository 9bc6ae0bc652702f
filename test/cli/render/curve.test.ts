import { expect, it } from "vitest";
import { curveRows, renderCurve } from "../../../src/cli/render/curve.ts";
import { plain } from "../../../src/cli/render/style.ts";

const step = { measure: "Jaccard", threshold: 0.5, found: (s: number) => (s < 0.5 ? 0 : s < 0.75 ? 0.5 : 1) };

it("draws how likely a pair is found over its similarity, and marks the threshold", () => {
  expect(renderCurve(step, plain)).toEqual([
    " 100 % │                                     █████████████",
    "       │                                     █████████████",
    "       │                                     █████████████",
    "       │                         █████████████████████████",
    "       │                         █████████████████████████",
    "   0 % │                         █████████████████████████",
    "       └─────────────────────────┴────────────────────────",
    "        0                        0.5                     1  Jaccard",
  ]);
});

it("tells what is compared in vain below the threshold and what is missed from it on", () => {
  expect(curveRows(step).filter(([similarity]) => [0.3, 0.5, 0.6, 0.9].includes(similarity))).toEqual([
    [0.3, "0.0 %", "–"],
    [0.5, "–", "50.0 %"],
    [0.6, "–", "50.0 %"],
    [0.9, "–", "0.0 %"],
  ]);
});
