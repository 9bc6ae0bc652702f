import { fileURLToPath } from "node:url";
import type { Config } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import { packageRoot } from "../package-root.ts";
import type { CliContext } from "./cli-context.ts";
import { produceFile } from "./produce-file.ts";
import { StatusLine } from "./status-line.ts";

const samples = ["generations-wide.jsonl.gz", "generations-narrow.jsonl.gz"] as const;
export const sampleTopic = "instructions.raw";

/** Appends the sample generations to their topic; gives how many. */
export async function appendSamples(cli: CliContext, config: Config, log: Log): Promise<number> {
  await log.topics.ensure(sampleTopic, config.topics[sampleTopic] ?? { partitions: 1 });
  let appended = 0;
  for (const name of samples) {
    const produced = await produceFile(fileURLToPath(new URL(`examples/data/${name}`, packageRoot())), {
      topic: sampleTopic,
      log,
      stdin: cli.deps.stdin,
      maxRecordBytes: config.limits.maxRecordBytes,
      from: { line: 1, nth: 1 },
      status: new StatusLine(cli.err, cli.deps.now),
      signal: new AbortController().signal,
    });
    const failure = produced.malformed ?? produced.stopped?.error;
    if (failure !== undefined) throw failure;
    appended += produced.appended;
  }
  return appended;
}
