import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type KafkaLogOptions, openKafkaLog } from "../../src/log/kafka/kafka-log.ts";
import type { Log } from "../../src/log/log.ts";
import { unique } from "./harness.ts";
import { kafkaLogOptions } from "./kafka-log-harness.ts";

/** The answers that processes of one installation share. */
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A process of an installation, with a disk of its own. */
async function open(name: string, over: Partial<KafkaLogOptions> = {}): Promise<Log> {
  const snapshots = await mkdtemp(join(tmpdir(), "magpie-snapshots-"));
  const log = await openKafkaLog(await kafkaLogOptions({ name, snapshots, ...over }));
  closers.push(async () => {
    await log.close();
    await rm(snapshots, { recursive: true, force: true });
  });
  return log;
}

const text = (answer: Uint8Array | undefined) => answer && Buffer.from(answer).toString();

it("every answer that another process has journaled is found, however many are looked for at once", async () => {
  const name = unique("j");
  const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`);
  const former = await open(name);
  await Promise.all(keys.map((key) => former.answers.put(key, Buffer.from(`answer of ${key}`))));
  const next = await open(name);
  const found = await Promise.all(keys.map((key) => next.answers.get(key)));
  expect(found.map(text)).toEqual(keys.map((key) => `answer of ${key}`));
});
