import { execFile, execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chooseBands } from "../../plugins/minhash-dedup/bands.ts";
import { packageRoot } from "../../src/package-root.ts";
import type { RunSettings } from "./in-memory-run.ts";
import type { MeasuredRun, MeasuredSigning } from "./measured-run.ts";
import { type Command, onOneCore } from "./one-core.ts";
import { stageConfig } from "./stage-run.ts";

/** Versions measured; the folder of the virtual environment has them in its name. */
const pythonPackages = ["rensa==0.5.0", "gaoya==0.2.2", "datasketch==2.0.0"];

/** A program that reads the same texts and prints what it measured. */
export interface ExternalProgram {
  stream(settings: RunSettings): Promise<MeasuredRun>;
  sign(settings: RunSettings): Promise<MeasuredSigning>;
}

/** A peer of `peers.py`, by its name there, from the {@link preparePython} of this machine. */
export function pythonPeer(python: string, peer: string): ExternalProgram {
  return programOf((what, { file, texts }) => [python, source("peers.py"), peer, what, file, `${texts}`]);
}

/** Compiles the floor in C++ into `folder`, with the band layout of the stage. Throws where there is no `g++`. */
export function compileFloor(folder: string): ExternalProgram {
  const program = join(folder, "floor");
  execFileSync("g++", ["-O3", "-march=native", "-o", program, source("floor.cpp")], { stdio: "pipe" });
  const { bands, rows } = chooseBands(stageConfig.permutations, stageConfig.threshold);
  return programOf((what, { file, texts }) => [program, what, file, `${texts}`, `${bands}`, `${rows}`]);
}

/**
 * Gives the interpreter of a virtual environment that has the peers, under the user's cache; made on first use. Throws where
 * there is no Python, or the packages cannot be had.
 */
export function preparePython(): string {
  const versions = pythonPackages.join("-").replaceAll("==", "-");
  const folder = join(homedir(), ".cache", "magpie-stream", `peers-${versions}`);
  const python = join(folder, "bin", "python");
  if (hasPeers(python)) return python;
  mkdirSync(folder, { recursive: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "pipe" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", ...pythonPackages], { stdio: "pipe" });
  return python;
}

function hasPeers(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import rensa, gaoya, datasketch"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

function programOf(command: (what: "stream" | "sign", settings: RunSettings) => Command): ExternalProgram {
  return {
    stream: async (settings) => (await run(command("stream", settings))) as MeasuredRun,
    sign: async (settings) => (await run(command("sign", settings))) as MeasuredSigning,
  };
}

async function run(command: Command): Promise<unknown> {
  const [program, ...args] = onOneCore(command);
  const { stdout } = await promisify(execFile)(program, args);
  return JSON.parse(stdout);
}

function source(name: string): string {
  return fileURLToPath(new URL(`bench/minhash/${name}`, packageRoot()));
}
