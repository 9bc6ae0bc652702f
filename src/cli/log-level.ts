/** What `--log-level` takes, from the most to the least that is logged. */
export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];
