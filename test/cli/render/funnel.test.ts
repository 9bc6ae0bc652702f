import { expect, test } from "vitest";
import { renderFunnel } from "../../../src/cli/render/funnel.ts";
import { renderLedger } from "../../../src/cli/render/ledger.ts";
import { renderProgress, renderProgressLine } from "../../../src/cli/render/progress.ts";
import { coloured, plain } from "../../../src/cli/render/style.ts";
import { displayWidth } from "../../../src/cli/render/text.ts";
import type { Ledger } from "../../../src/core/ledger.ts";

const account: Ledger = {
  received: 4652,
  curated: 3100,
  copies: 0,
  rejected: 1500,
  quarantined: 52,
  forwarded: 0,
  resumed: 0,
  stages: [
    { id: "sanitize", in: 4650, kept: 4600, dropped: 0, quarantined: 50, reasons: {}, orphaned: 0 },
    {
      id: "format",
      in: 4600,
      kept: 3100,
      dropped: 1500,
      quarantined: 0,
      reasons: { truncated: 400, gibberish: 1200, ends_with_colon: 400 },
      orphaned: 7,
    },
  ],
};

test("a funnel shows what each stage kept, and why it dropped the rest, the most frequent reason first", () => {
  expect(renderFunnel("instructions", account, 100, plain)).toEqual([
    "instructions  4,652 received = 3,100 curated + 1,500 rejected + 52 quarantined",
    "  stage                           in   kept  dropped  quarantined  of received",
    "  read                         4,652  4,650        0            2  ████████████████ > 99.9 %",
    "  sanitize                     4,650  4,600        0           50  ███████████████▉   98.9 %",
    "  format                       4,600  3,100    1,500            0  ██████████▋        66.6 %",
    "    gibberish                                  1,200",
    "    ends_with_colon                              400",
    "    truncated                                    400",
    "    of a record dropped later                      7",
  ]);
});

test("in a narrow terminal the bars give way, then the column of what nothing is in", () => {
  expect(renderFunnel("instructions", account, 82, plain).slice(1, 4)).toEqual([
    "  stage                           in   kept  dropped  quarantined  of received",
    "  read                         4,652  4,650        0            2  ██████ > 99.9 %",
    "  sanitize                     4,650  4,600        0           50  █████▉   98.9 %",
  ]);
  expect(renderFunnel("instructions", account, 76, plain).slice(1, 3)).toEqual([
    "  stage                           in   kept  dropped  quarantined     share",
    "  read                         4,652  4,650        0            2  > 99.9 %",
  ]);
  const judged = {
    ...account,
    quarantined: 0,
    forwarded: 0,
    resumed: 0,
    stages: [{ ...account.stages[0]!, quarantined: 0 }],
  };
  expect(renderFunnel("instructions", judged, 40, plain).slice(1)).toEqual([
    "  stage        in   kept  dropped   share",
    "  sanitize  4,650  4,600        0  98.9 %",
  ]);
});

test("colours take no columns", () => {
  const widths = (style: typeof plain) => renderFunnel("instructions", account, 100, style).map(displayWidth);
  expect(widths(coloured)).toEqual(widths(plain));
});

test("a ledger is a funnel per pipeline, and what else is to know", () => {
  const empty: Ledger = {
    received: 0,
    curated: 0,
    copies: 0,
    rejected: 0,
    quarantined: 0,
    forwarded: 0,
    resumed: 0,
    stages: [],
  };
  const report = {
    pipelines: {
      a: { ...empty, inFlight: 3, balanced: true, stateDigest: "abc" },
      b: { ...empty, inFlight: 0, balanced: false },
    },
  };
  expect(renderLedger(report, { answers: 1200, bytes: 2_500_000 }, 100, plain)).toEqual([
    "a  0 received = 0 curated + 0 rejected + 0 quarantined",
    "  3 records in flight",
    "  state sha256 abc",
    "",
    "b  0 received = 0 curated + 0 rejected + 0 quarantined",
    "  not balanced: run `magpie verify`",
    "",
    "1,200 paid answers kept, 2.50 MB",
  ]);
});

const pipeline = {
  name: "instructions",
  ledger: account,
  inFlight: { records: 256, bytes: 512_000 },
  window: { records: 1024, bytes: 67_108_864 },
  lag: 12_345,
  ratePerSecond: 1520.4,
  commits: 18,
  idle: false,
};

test("progress is the funnel and what is under way, cut to the terminal", () => {
  const lines = renderProgress({ pipelines: [pipeline] }, { columns: 90, rows: 24 }, plain);
  expect([lines[0], lines[3], lines.at(-1)]).toEqual([
    "instructions  4,652 received = 3,100 curated + 1,500 rejected + 52 quarantined",
    "  sanitize                     4,650  4,600        0           50  ████████████▉   98.9 %",
    "  1,520/s · lag 12,345 · window ██       256 records, 512 kB · 18 commits",
  ]);
});

test("on a terminal that is too low for the funnels, totals are left", () => {
  const lines = renderProgress(
    { pipelines: [pipeline, { ...pipeline, idle: true }] },
    { columns: 90, rows: 8 },
    plain,
  );
  expect(lines).toEqual([
    "instructions  4,652 received = 3,100 curated + 1,500 rejected + 52 quarantined",
    "  1,520/s · lag 12,345 · window ██       256 records, 512 kB · 18 commits",
    "instructions  4,652 received = 3,100 curated + 1,500 rejected + 52 quarantined",
    "  waiting for records · lag 12,345 · window ██       256 records, 512 kB · 18 commits",
  ]);
});

test("elsewhere progress is one line a pipeline", () => {
  expect(renderProgressLine(pipeline, plain)).toBe(
    "instructions: 4,652 received, 3,100 curated, 1,500 rejected, 52 quarantined, 1,520/s, lag 12,345, in flight 256 (512 kB)",
  );
});
