import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { cacheDirectory } from "../../scripts/kafka/cache-directory.ts";
import { hasFailed, runProgram } from "../../scripts/kafka/run-program.ts";
import { SetupError } from "../../scripts/kafka/setup-error.ts";

/** Another client than ours, to judge by: librdkafka, in its Python wheel. */
const version = "2.16.1";

/** A record as the other client saw it. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Installs the client into the user's cache, once. */
export async function prepareLibrdkafka(env: NodeJS.ProcessEnv): Promise<void> {
  const folder = environment(env);
  if (existsSync(join(folder, "ready"))) return;
  await rm(folder, { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder], "install Python 3.8 or newer with its venv module");
  await run(
    join(folder, "bin", "pip"),
    ["install", "--quiet", `confluent-kafka==${version}`],
    "pip must reach a registry",
  );
  await mkdir(join(folder, "ready"));
}

/** All committed records of a topic, each partition from `from` (default: its start) to its end. */
export async function librdkafkaRead(
  brokers: readonly string[],
  topic: string,
  from = 0,
): Promise<SeenRecord[]> {
  const output = await python(["read", brokers.join(), topic, String(from)]);
  return output === "" ? [] : output.split("\n").map((line) => JSON.parse(line));
}

/** Writes values to partition 0, packed with a codec of librdkafka's. */
export async function librdkafkaWrite(
  brokers: readonly string[],
  topic: string,
  compression: string,
  values: readonly string[],
): Promise<void> {
  await python(["write", brokers.join(), topic, compression], values.join("\n"));
}

async function python(args: readonly string[], input = ""): Promise<string> {
  const child = spawn(pythonOf(process.env), ["test/kafka/librdkafka.py", ...args]);
  child.stdin.end(input);
  const code = new Promise((resolve) => child.on("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await code) !== 0) throw new Error(`librdkafka.py ${args.join(" ")}: ${stderr}`);
  return stdout.trimEnd();
}

/** The Python that has the client installed. */
export function pythonOf(env: NodeJS.ProcessEnv): string {
  return join(environment(env), "bin", "python");
}

async function run(program: string, args: readonly string[], advice: string): Promise<void> {
  const result = await runProgram(program, args);
  if (!hasFailed(result)) return;
  throw new SetupError(
    `${program} ${args.join(" ")}: ${result.kind === "failed" ? result.output : "not found"}; ${advice}`,
  );
}

function environment(env: NodeJS.ProcessEnv): string {
  return join(cacheDirectory(env), `librdkafka-${version}`);
}
