import type { SyncPolicy } from "../../src/config/config.ts";

/** What is killed: how much data, how it is laid out, how it is synced, and how many pipelines stand in a row. */
export interface Configuration {
  readonly name: string;
  readonly records: number;
  readonly partitions: number;
  readonly sync: SyncPolicy;
  /** A second pipeline reads what the first curated. */
  readonly chained: boolean;
}

/** Calls of the paid stage that may be under way at once. */
export const paidConcurrency = 16;

/** The magpie.yaml of a configuration; `url` is where the remote services listen. */
export function configText({ partitions, sync, chained }: Configuration, url: string): string {
  const judged = `
      - { use: ./paid-grade.ts, with: { url: "${url}" }, batch: 1, concurrency: ${paidConcurrency} }
      - { use: exact-dedup, id: exact }
      - { use: minhash-dedup, id: near, with: { threshold: 0.97 } }
      - { use: ./running-number.ts, id: number }`;
  return `
version: 1
name: crash
log: { kind: embedded, path: ./store, sync: ${sync} }
topics:
  instructions.raw: { partitions: ${partitions} }
  instructions.curated: { partitions: ${partitions} }
  instructions.rejected: { partitions: ${partitions} }
  conversations.curated: { partitions: ${partitions} }
limits: { windowRecords: 2048 }
commit: { records: 256, everyMs: 50 }
pipelines:
  instructions:
    from: instructions.raw
    to: instructions.curated
    stages:
      - use: sanitize
      - use: format
      - { use: length, with: { field: instruction, minWords: 5 } }
      - { use: ./remote-score.ts, with: { url: "${url}" }, batch: 16, concurrency: 16 }${
        chained
          ? `
      - { use: ./running-number.ts, id: number }
  conversations:
    from: instructions.curated
    to: conversations.curated
    stages:${judged}`
          : judged
      }
`;
}
