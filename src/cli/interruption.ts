import type { CliDeps } from "./deps.ts";

/** Aborts `signal` at the first SIGINT or SIGTERM while `body` runs; a second one ends the process at once. */
export async function untilInterrupted<T>(
  deps: CliDeps,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stopListening = deps.onSignal((received) => {
    if (controller.signal.aborted) deps.exit(received === "SIGINT" ? 130 : 143);
    controller.abort();
  });
  try {
    return await body(controller.signal);
  } finally {
    stopListening();
  }
}
