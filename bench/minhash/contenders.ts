import { runInChild } from "../child.ts";
import { compileFloor, type ExternalProgram, preparePython, pythonPeer } from "./external-programs.ts";
import type { RunSettings } from "./in-memory-run.ts";
import type { MeasuredRun, MeasuredSigning } from "./measured-run.ts";

/** One program of the comparison. */
export interface Contender {
  readonly name: string;
  readonly id: ContenderId;
  /** More texts than these take it long: then it runs once only, and above ten times as many not at all. */
  readonly quickTexts: number;
  stream(settings: RunSettings): Promise<MeasuredRun>;
  /** Left out where signing cannot be called alone. */
  readonly sign?: (settings: RunSettings) => Promise<MeasuredSigning>;
}

export type ContenderId =
  | "ours"
  | "fallback"
  | "cpp"
  | "gaoya"
  | "rensa-lsh"
  | "rensa-r"
  | "rensa-c"
  | "datasketch"
  | "npm";

const quickTexts = { ours: Number.POSITIVE_INFINITY, native: 100_000, slow: 10_000 };

/** This project's stage over a state in memory, with the kernel and without. */
export function ours(): readonly Contender[] {
  return [
    ourContender("ours", "minhash-dedup", true),
    ourContender("fallback", "minhash-dedup, typed arrays", false),
  ];
}

/** What can be had on this machine; says what cannot. */
export function peers(folder: string): readonly Contender[] {
  return [
    ...unlessMissing("the C++ floor", () => [external("cpp", "C++ floor", compileFloor(folder), true)]),
    ...unlessMissing("the peers in Python", () => {
      const python = preparePython();
      const peer = (id: ContenderId, name: string, signs: boolean) =>
        external(id, name, pythonPeer(python, id), signs);
      return [
        peer("gaoya", "gaoya 0.2.2", false),
        peer("rensa-lsh", "rensa 0.5.0, RMinHash + LSH", true),
        peer("rensa-r", "rensa, deduplicator R", false),
        peer("rensa-c", "rensa, deduplicator C", false),
        { ...peer("datasketch", "datasketch 2.0.0", true), quickTexts: quickTexts.slow },
      ];
    }),
    {
      id: "npm",
      name: "npm minhash 0.0.9",
      quickTexts: quickTexts.slow,
      stream: (settings) => runInChild("minhashNpm", settings),
      sign: (settings) => runInChild("signWithNpm", settings),
    },
  ];
}

function ourContender(id: ContenderId, name: string, simd: boolean): Contender {
  return {
    id,
    name,
    quickTexts: quickTexts.ours,
    stream: (settings) => runInChild("minhashInMemory", { ...settings, simd }),
    sign: (settings) => runInChild("signInMemory", { ...settings, simd }),
  };
}

function external(id: ContenderId, name: string, program: ExternalProgram, signs: boolean): Contender {
  const { stream, sign } = program;
  const contender = { id, name, quickTexts: quickTexts.native, stream };
  return signs ? { ...contender, sign } : contender;
}

function unlessMissing(what: string, prepare: () => readonly Contender[]): readonly Contender[] {
  try {
    return prepare();
  } catch (error) {
    const [message] = (error as Error).message.split("\n");
    console.log(`Left out: ${what} (${message}).`);
    return [];
  }
}
