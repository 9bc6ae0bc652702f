import type { JsonObject } from "../src/core/json.ts";

/** The four built-in plugins at their defaults, in the order a pipeline has them. */
export function fourPlugins(workers: { readonly [plugin: string]: number } = {}): readonly JsonObject[] {
  return ["sanitize", "format", "length", "exact-dedup"].map((use) => ({ use, workers: workers[use] ?? 0 }));
}
