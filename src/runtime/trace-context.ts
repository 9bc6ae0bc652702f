import type { MessageHeaders } from "../log/log.ts";

/** Header names of the W3C trace context. */
const names = ["traceparent", "tracestate"] as const;

/** The trace an input belongs to, as headers for what it comes to; undefined when it has none. */
export function traceOf(headers: MessageHeaders): MessageHeaders | undefined {
  if (headers["traceparent"] === undefined) return undefined;
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}
