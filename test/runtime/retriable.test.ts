import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import { isRetriable, retryAfterOf } from "../../src/runtime/retriable.ts";

const withFields = (fields: object) => Object.assign(new Error("x"), fields);

describe("isRetriable", () => {
  it.each<readonly [string, unknown]>([
    ["a time-out of ours", new MagpieError("MGP_PLUGIN_TIMEOUT", "x")],
    ["a time-out of AbortSignal", new DOMException("x", "TimeoutError")],
    ["an error that says so", withFields({ retriable: true, status: 400 })],
    ["a reset connection", withFields({ code: "ECONNRESET" })],
    ["a refused connection", withFields({ code: "ECONNREFUSED" })],
    ["a connection that timed out", withFields({ code: "ETIMEDOUT" })],
    ["a broken pipe", withFields({ code: "EPIPE" })],
    ["a name server that is away", withFields({ code: "EAI_AGAIN" })],
    ["an error of undici", withFields({ code: "UND_ERR_SOCKET" })],
    [
      "a failed fetch, by its cause",
      new TypeError("fetch failed", { cause: withFields({ code: "ECONNREFUSED" }) }),
    ],
    ...[408, 409, 429, 500, 502, 503, 599].map(
      (status) => [`HTTP ${status}`, withFields({ status })] as const,
    ),
  ])("is true for %s", (_, error) => {
    expect(isRetriable(error)).toBe(true);
  });

  it.each<readonly [string, unknown]>([
    ["a bug", new TypeError("undefined is not a function")],
    ["an error that says it is not", withFields({ retriable: false, status: 503 })],
    ["a missing file", withFields({ code: "ENOENT" })],
    ["a coded error that is not", new MagpieError("MGP_PLUGIN_RESULT", "x")],
    ["a string", "ECONNRESET"],
    ["nothing", undefined],
    ["null", null],
    ...[200, 400, 401, 404, 422, 600].map((status) => [`HTTP ${status}`, withFields({ status })] as const),
  ])("is false for %s", (_, error) => {
    expect(isRetriable(error)).toBe(false);
  });

  it("comes to an end when an error is its own cause", () => {
    const error = withFields({});
    Object.assign(error, { cause: error });
    expect(isRetriable(error)).toBe(false);
  });
});

describe("retryAfterOf", () => {
  it("is what the error asks for, 0 when it asks for nothing that makes sense", () => {
    expect(
      [
        { retryAfterMs: 1500 },
        {},
        { retryAfterMs: -1 },
        { retryAfterMs: Number.NaN },
        { retryAfterMs: "9" },
      ].map((fields) => retryAfterOf(withFields(fields))),
    ).toEqual([1500, 0, 0, 0, 0]);
  });
});
