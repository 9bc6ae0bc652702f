import { setTimeout as sleep } from "node:timers/promises";
import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { StoredMessage } from "../../log/log.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { findTopic } from "../find-topic.ts";
import { wholeNumber } from "../flags.ts";
import type { Output } from "../output.ts";
import type { Register } from "../register.ts";

interface TapFlags {
  readonly from?: number;
  readonly limit?: number;
  readonly follow?: true;
}

export const registerTap: Register = (program, act) => {
  program
    .command("tap")
    .summary("print a topic's records as NDJSON")
    .description("Print a topic's records as NDJSON.")
    .argument("<topic>", "the topic")
    .option("--from <offset>", "begin at this offset, in every partition", wholeNumber(0))
    .option("--limit <n>", "end after this many records", wholeNumber(1))
    .option("--follow", "wait for more")
    .action((topic: string, flags: TapFlags, command) => act(command, (cli) => tap(cli, topic, flags)));
};

const followEveryMs = 200;

/** Prints the values of a topic, one a line; with `follow` until the reader goes away. */
export function tap(cli: CliContext, topic: string, flags: TapFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    await findTopic(topic, config, log);
    const lines = new LineWriter(cli.out, flags.limit ?? Infinity);
    const from = BigInt(flags.from ?? 0);
    const next = new Map<number, bigint>();
    if ((await log.topics.get(topic)) !== undefined) await print(log.scan(topic, { from }), next, lines);
    while (flags.follow === true && !lines.done) {
      await sleep(followEveryMs);
      const info = await log.topics.get(topic);
      for (const { partition } of info?.ranges ?? [])
        await print(log.scan(topic, { partition, from: next.get(partition) ?? from }), next, lines);
    }
    return exitCodes.done;
  });
}

async function print(
  messages: AsyncIterable<StoredMessage>,
  next: Map<number, bigint>,
  lines: LineWriter,
): Promise<void> {
  for await (const { position, value } of messages) {
    if (lines.done) break;
    next.set(position.partition, position.offset + 1n);
    if (lines.add(value)) await lines.flush();
  }
  await lines.flush();
}

const flushBytes = 64 * 1024;
const lineFeed = Buffer.from("\n");

/** Collects lines, so that printing costs one write for many of them. */
class LineWriter {
  readonly #out: Output;
  #left: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(out: Output, limit: number) {
    this.#out = out;
    this.#left = limit;
  }

  get done(): boolean {
    return this.#left <= 0 || this.#out.closed;
  }

  /** True when there is enough to write. */
  add(value: Uint8Array): boolean {
    this.#parts.push(onOneLine(value), lineFeed);
    this.#bytes += value.length + 1;
    this.#left -= 1;
    return this.#bytes >= flushBytes;
  }

  async flush(): Promise<void> {
    if (this.#parts.length > 0) await this.#out.write(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#bytes = 0;
  }
}

/** Line breaks inside a record are JSON's white space (in a string they are escaped): a space means the same. */
function onOneLine(value: Uint8Array): Uint8Array {
  if (!value.includes(0x0a) && !value.includes(0x0d)) return value;
  return value.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
}
