import { expect, test } from "vitest";
import { renderHints } from "../../../src/cli/render/hints.ts";
import { styleFor } from "../../../src/cli/render/style.ts";
import { emptyStage } from "../../../src/core/ledger.ts";
import type { LedgerReport } from "../../../src/runtime/read-ledger.ts";

const plain = styleFor({ isTTY: false }, {});

const report = (dropped: number, quarantined: number) =>
  ({
    pipelines: {
      clean: {
        stages: [{ ...emptyStage("format"), dropped, reasons: { empty: 2, truncated: 1 } }],
        quarantined,
      },
    },
  }) as unknown as LedgerReport;

test("an account whose reasons are more than its drops, or in which something failed, says what that means", () => {
  expect(renderHints(report(2, 1), plain)).toEqual([
    "",
    "A record may be dropped for several reasons.",
    "What failed, and why: magpie quarantine list --pipeline clean",
  ]);
  expect(renderHints(report(3, 0), plain)).toEqual([]);
});
