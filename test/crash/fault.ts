import type { CrashPoint } from "../../src/log/embedded/crash-point.ts";

/** What a faulty child does wrong, and when it dies; passed to it as JSON. */
export interface Fault {
  /** The process kills itself when it passes this labelled point for the n-th time, from 1. */
  readonly kill?: { readonly label: CrashPoint; readonly hit: number };
  readonly mutant?: Mutant;
  /** When `admit` of `minhash-dedup` throws for some of its records: before it has done anything, or when it has done all. */
  readonly refusal?: Refusal;
}

/** Ways of breaking exactly-once that the suite must notice. */
export type Mutant = "position-first" | "state-apart" | "answers-late" | "answers-lost" | "index-kept";

export type Refusal = "before" | "after";
