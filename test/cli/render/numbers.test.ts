import { expect, test } from "vitest";
import {
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatShare,
} from "../../../src/cli/render/numbers.ts";

test("counts have thousands separators", () => {
  expect([0, 999, 1000, 1234567, 12345678901234567890n].map(formatCount)).toEqual([
    "0",
    "999",
    "1,000",
    "1,234,567",
    "12,345,678,901,234,567,890",
  ]);
});

test("bytes have three significant digits", () => {
  expect([0, 999, 1000, 1_048_576, 52_428_800, 256_000_000, 999_600, 4e12, 4e15].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.00 kB",
    "1.05 MB",
    "52.4 MB",
    "256 MB",
    "1.00 MB",
    "4.00 TB",
    "4000 TB",
  ]);
});

test("a share that is neither all nor nothing never reads as if it were", () => {
  expect([
    formatShare(0, 0),
    formatShare(0, 10),
    formatShare(1, 3),
    formatShare(1, 100_000),
    formatShare(99_999, 100_000),
    formatShare(5, 5),
  ]).toEqual(["–", "0.0 %", "33.3 %", "< 0.1 %", "> 99.9 %", "100.0 %"]);
});

test("durations show their two largest units", () => {
  expect([0, 850, 1000, 65_000, 3_600_000, 90_061_000, 604_800_000].map(formatDuration)).toEqual([
    "0 ms",
    "850 ms",
    "1 s",
    "1 min 5 s",
    "1 h",
    "1 d 1 h",
    "7 d",
  ]);
});

test("rates and amounts read as sentences do", () => {
  expect([0, 0.5, 9.4, 1234.5].map(formatRate)).toEqual(["0/s", "0.5/s", "9.4/s", "1,235/s"]);
  expect([countOf(1, "record"), countOf(2000n, "record")]).toEqual(["1 record", "2,000 records"]);
});
