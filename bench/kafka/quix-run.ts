import { execFile, execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../src/package-root.ts";
import type { Measured } from "../measured.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import type { KafkaRun } from "./settings.ts";

const version = "3.28.1";

/** The interpreter of a virtual environment with Quix Streams. Throws where it cannot be had. */
export function prepareQuix(): string {
  const folder = join(homedir(), ".cache", "magpie-stream", `quix-${version}`);
  const python = join(folder, "bin", "python");
  try {
    execFileSync(python, ["-c", "import quixstreams"], { stdio: "pipe" });
  } catch {
    mkdirSync(folder, { recursive: true });
    execFileSync("python3", ["-m", "venv", folder], { stdio: "pipe" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", `quixstreams==${version}`], { stdio: "pipe" });
  }
  return python;
}

export async function runQuix(python: string, run: KafkaRun): Promise<Measured> {
  const script = fileURLToPath(new URL("bench/kafka/quix.py", packageRoot()));
  return withTemporaryFolder(async (state) => {
    const args = [script, run.brokers.join(), run.source, run.target, `${run.records}`, state];
    const { stdout } = await promisify(execFile)(python, args);
    return JSON.parse(stdout.trim().split("\n").at(-1)!) as Measured;
  });
}
