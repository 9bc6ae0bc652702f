import type { Logger } from "../src/core/plugin.ts";

/** Says nothing but what went wrong. */
export const silent: Logger = { debug() {}, info() {}, warn: console.warn, error: console.error };
