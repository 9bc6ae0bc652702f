import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredMessage } from "../../../src/log/log.ts";
import { type MakeLog, message, scanAll, texts, unique, withLog } from "./harness.ts";

const anyMessage = fc.record(
  {
    key: fc.string({ unit: "grapheme", maxLength: 12 }),
    value: fc.uint8Array({ maxLength: 40 }),
    headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,8}$/), fc.string({ unit: "grapheme" }), {
      maxKeys: 3,
    }),
    timestamp: fc.integer({ min: 0, max: 2 ** 42 }),
  },
  { requiredKeys: ["value", "timestamp"] },
);

function byPartition(messages: readonly StoredMessage[]) {
  const partitions = new Map<number, StoredMessage[]>();
  for (const stored of messages) {
    const { partition } = stored.position;
    partitions.set(partition, [...(partitions.get(partition) ?? []), stored]);
  }
  return partitions;
}

/** What was appended, without its place: to compare as a multiset. */
function contents({ key, value, headers = {}, timestamp }: Omit<StoredMessage, "position">) {
  return JSON.stringify([
    key ?? null,
    Buffer.from(value).toString("hex"),
    Object.entries(headers).sort(),
    timestamp,
  ]);
}

/** Appending to topics, scanning and administering them. */
export function describeTopics(makeLog: MakeLog): void {
  describe("topics", () => {
    it(
      "lists what was created and extends it, but never takes partitions away",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("settings");
        expect(await log.topics.get(topic)).toBeUndefined();
        await log.topics.ensure(topic, { partitions: 2 });
        await log.topics.ensure(topic, { partitions: 3 });
        const range = (partition: number) => ({ partition, start: 0n, end: 0n });
        expect(await log.topics.get(topic)).toMatchObject({
          name: topic,
          partitions: 3,
          bytes: 0,
          ranges: [range(0), range(1), range(2)],
        });
        expect((await log.topics.list()).map(({ name }) => name)).toContain(topic);
        await expect(log.topics.ensure(topic, { partitions: 2 })).rejects.toMatchObject({
          code: "MGP_TOPIC_CONFLICT",
        });
      }),
    );

    it(
      "tells where the partitions of a topic stand",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("offsets");
        expect(await log.topics.offsets(topic)).toBeUndefined();
        await log.topics.ensure(topic, { partitions: 2 });
        await log.append(topic, [{ ...message("a"), partition: 1 }]);
        const info = await log.topics.get(topic);
        expect(info!.ranges[1]!.end).toBeGreaterThan(0n);
        expect(await log.topics.offsets(topic)).toEqual(
          info!.ranges.map((range) => ({ ...range, written: range.end })),
        );
      }),
    );

    it(
      "forgets a deleted topic",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("deleted");
        await log.topics.ensure(topic, { partitions: 1 });
        await log.append(topic, [message("a")]);
        await log.topics.delete(topic);
        expect(await log.topics.get(topic)).toBeUndefined();
        expect(await scanAll(log, topic)).toEqual([]);
      }),
    );

    it(
      "gives nothing for a topic that does not exist",
      withLog(makeLog, async ({ log }) => {
        expect(await scanAll(log, unique("unknown"))).toEqual([]);
      }),
    );

    it(
      "keeps every message as it was appended, in order within its partition",
      withLog(makeLog, async ({ log, capabilities }) => {
        const topic = unique("any");
        await log.topics.ensure(topic, { partitions: 3 });
        const property = fc.asyncProperty(
          fc.array(fc.array(anyMessage, { maxLength: 20 }), { maxLength: 4 }),
          async (appends) => {
            const before = (await scanAll(log, topic)).length;
            for (const messages of appends) await log.append(topic, messages);
            const stored = await scanAll(log, topic);
            const all = byPartition(stored);
            for (const messages of all.values()) {
              const offsets = messages.map(({ position }) => position.offset);
              if (capabilities.denseOffsets) expect(offsets).toEqual(messages.map((_, i) => BigInt(i)));
              else expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => Number(a - b)));
            }
            expect(stored.length - before).toBe(appends.flat().length);
          },
        );
        await fc.assert(property, { numRuns: 20 });
      }),
    );

    it(
      "puts a message into the partition it names, whatever its key",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("named");
        await log.topics.ensure(topic, { partitions: 3 });
        await log.append(topic, [
          { ...message("a"), partition: 2 },
          { ...message("b"), partition: 0, key: "k" },
          { ...message("c"), partition: 2, key: "k" },
        ]);
        const found = (await scanAll(log, topic)).map(
          ({ position, value }) =>
            `${position.partition}/${position.offset} ${Buffer.from(value).toString()}`,
        );
        expect(found.sort()).toEqual(["0/0 b", "2/0 a", "2/1 c"]);
      }),
    );

    it(
      "round-trips keys, headers, timestamps, empty and binary values",
      withLog(makeLog, async ({ log }) => {
        const property = fc.asyncProperty(
          fc.array(anyMessage, { minLength: 1, maxLength: 30 }),
          async (messages) => {
            const topic = unique("round");
            await log.topics.ensure(topic, { partitions: 2 });
            await log.append(topic, messages);
            const stored = await scanAll(log, topic);
            expect(stored.map(contents).sort()).toEqual(
              messages.map((appended) => contents({ headers: {}, ...appended })).sort(),
            );
          },
        );
        await fc.assert(property, { numRuns: 15 });
      }),
    );

    it(
      "deals messages without key to the partitions in turn, over several appends",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("turns");
        await log.topics.ensure(topic, { partitions: 3 });
        await log.append(topic, ["a", "b", "c", "d"].map(message));
        await log.append(topic, ["e", "f"].map(message));
        const partitions = (await scanAll(log, topic)).map(({ position }) => position.partition);
        expect(partitions.sort()).toEqual([0, 0, 1, 1, 2, 2]);
      }),
    );

    it(
      "gives equal keys the same partition, also after it was opened again",
      withLog(makeLog, async ({ log, reopen }) => {
        const topic = unique("keys");
        await log.topics.ensure(topic, { partitions: 5 });
        const keyed = ["x", "y", "z", "ä", ""].map((key) => ({ ...message(key), key }));
        await log.append(topic, keyed);
        const again = await reopen();
        await again.append(topic, keyed);
        const partitions = new Map<string | undefined, Set<number>>();
        for (const { key, position } of await scanAll(again, topic))
          partitions.set(key, (partitions.get(key) ?? new Set()).add(position.partition));
        expect([...partitions.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1]);
      }),
    );

    it(
      "scans a range of one partition",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("range");
        await log.topics.ensure(topic, { partitions: 2 });
        // Dealt in turn: a, c, e, g to one partition, b, d, f, h to the other.
        await log.append(topic, [..."abcdefgh"].map(message));
        const scanned = async (range: Parameters<typeof log.scan>[1]) =>
          texts(await scanAll(log, topic, range));
        const first = await scanned({ partition: 0 });
        expect(first.join("")).toMatch(/^(aceg|bdfh)$/);
        expect(await scanned({ partition: 0, from: 1n })).toEqual(first.slice(1));
        expect(await scanned({ partition: 0, from: 1n, to: 3n })).toEqual(first.slice(1, 3));
        expect(await scanned({ partition: 0, from: 4n })).toEqual([]);
        expect((await scanned({ to: 1n })).sort()).toEqual(["a", "b"]);
        expect((await scanned({ from: 3n })).sort()).toEqual(["g", "h"]);
      }),
    );

    it(
      "ends a scan at what was there when it started",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("ends");
        await log.topics.ensure(topic, { partitions: 1 });
        await log.append(topic, ["a", "b"].map(message));
        const seen: StoredMessage[] = [];
        for await (const stored of log.scan(topic)) {
          seen.push(stored);
          await log.append(topic, [message("later")]);
        }
        expect(texts(seen)).toEqual(["a", "b"]);
      }),
    );

    it(
      "ends a scan with an AbortError when its signal is aborted",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("abort");
        await log.topics.ensure(topic, { partitions: 1 });
        await log.append(topic, ["a", "b"].map(message));
        const scan = log.scan(topic, {}, AbortSignal.abort())[Symbol.asyncIterator]();
        await expect(scan.next()).rejects.toMatchObject({ name: "AbortError" });
      }),
    );

    it(
      "keeps what was appended when it is opened again",
      withLog(makeLog, async ({ log, reopen }) => {
        const topic = unique("kept");
        await log.topics.ensure(topic, { partitions: 2 });
        await log.append(topic, ["a", "b", "c"].map(message));
        const before = await log.topics.get(topic);
        const again = await reopen();
        expect(await again.topics.get(topic)).toEqual(before);
        expect(texts(await scanAll(again, topic)).sort()).toEqual(["a", "b", "c"]);
      }),
    );
  });
}
