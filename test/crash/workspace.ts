import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../src/log/log.ts";
import { type Configuration, configText } from "./configuration.ts";
import { inputLines } from "./input-lines.ts";
import { magpie } from "./magpie.ts";
import { withStore } from "./with-store.ts";

/** A folder with a configuration, its plugins and its store. */
export class Workspace {
  readonly folder: string;
  readonly configuration: Configuration;

  private constructor(folder: string, configuration: Configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  /** With the input already in its topic, and nothing run yet. */
  static async create(configuration: Configuration, url: string): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), "magpie-crash-"));
    await cp("test/crash/plugins", folder, { recursive: true });
    await writeFile(join(folder, "magpie.yaml"), configText(configuration, url));
    const lines = inputLines(configuration.records).flatMap((line) => [line, Buffer.from("\n")]);
    await writeFile(join(folder, "input.jsonl"), Buffer.concat(lines));
    await magpie(folder, ["produce", "instructions.raw", "input.jsonl"]);
    return new Workspace(folder, configuration);
  }

  /** A copy of all files. Nothing may have the store open. */
  async copy(): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), "magpie-crash-"));
    await cp(this.folder, folder, { recursive: true });
    return new Workspace(folder, this.configuration);
  }

  get pipelines(): readonly string[] {
    return this.configuration.chained ? ["instructions", "conversations"] : ["instructions"];
  }

  /** Opens the store beside whoever else has it open. */
  withLog<T>(body: (log: Log) => Promise<T>): Promise<T> {
    return withStore(this.folder, this.configuration.sync, body);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Records each pipeline has committed, in the order of {@link Workspace.pipelines}. */
export async function committed(log: Log, pipelines: readonly string[]): Promise<readonly number[]> {
  return Promise.all(
    pipelines.map(async (pipeline) => {
      const checkpoints = await log.checkpoints(pipeline);
      return checkpoints.reduce((sum, checkpoint) => sum + checkpoint.ledger.received, 0);
    }),
  );
}
