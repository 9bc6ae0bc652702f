import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesPattern, durationPattern, parseBytes, parseDuration } from "../../src/core/units.ts";

describe("parseBytes", () => {
  test.each([
    [1048576, 1_048_576],
    ["1048576", 1_048_576],
    ["64MB", 64_000_000],
    ["64 MiB", 67_108_864],
    ["64M", 64_000_000],
    ["1.5GB", 1_500_000_000],
    ["2KiB", 2048],
    ["3Ti", 3_298_534_883_328],
    ["5B", 5],
  ])("%s is %d bytes", (size, bytes) => {
    expect(parseBytes(size)).toEqual(bytes);
  });

  test.each(["", "MB", "10XB", "-1MB", "64mb", "1e9"])("%j is not a size", (size) => {
    expect(parseBytes(size)).toEqual(undefined);
  });

  test("reads everything its pattern matches", () => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(bytesPattern)), (size) => {
        expect(parseBytes(size)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("parseDuration", () => {
  test.each([
    ["250ms", 250],
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["30 m", 1_800_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
  ])("%s is %d milliseconds", (time, ms) => {
    expect(parseDuration(time)).toEqual(ms);
  });

  test.each(["", "7", "d", "7x", "-1d"])("%j is not a time", (time) => {
    expect(parseDuration(time)).toEqual(undefined);
  });

  test("reads everything its pattern matches", () => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(durationPattern)), (time) => {
        expect(parseDuration(time)).toBeGreaterThan(0);
      }),
    );
  });
});
