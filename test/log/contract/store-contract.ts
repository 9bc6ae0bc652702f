import { describe, expect, it } from "vitest";
import {
  bytes,
  commitRead,
  type MakeLog,
  message,
  never,
  openTask,
  output,
  plenty,
  put,
  readMessages,
  scanAll,
  scannedState,
  segmentOf,
  text,
  texts,
  unique,
  withLog,
} from "./harness.ts";

/** Answers, reset, retention and order. */
export function describeStore(makeLog: MakeLog): void {
  describe("answers", () => {
    it(
      "are kept under their key; the first one stays",
      withLog(makeLog, async ({ log, reopen }) => {
        const [key, long] = [unique("answer"), unique("k".repeat(3000))];
        const before = await log.answers.size();
        expect(await log.answers.get(key)).toBeUndefined();
        await Promise.all([log.answers.put(key, bytes("one")), log.answers.put(key, bytes("two!"))]);
        await log.answers.put(long, bytes(""));
        await log.answers.put(key, bytes("three"));
        const again = await reopen();
        expect(text(await again.answers.get(key))).toBe("one");
        expect(text(await again.answers.get(long))).toBe("");
        expect(await again.answers.size()).toEqual({ answers: before.answers + 2, bytes: before.bytes + 3 });
      }),
    );
  });

  describe("reset", () => {
    it(
      "removes checkpoints, state and the given topics, and nothing else",
      withLog(makeLog, async ({ log }) => {
        const [source, out, kept, pipeline] = [unique("in"), unique("out"), unique("kept"), unique("p")];
        for (const topic of [source, out, kept]) await log.topics.ensure(topic, { partitions: 1 });
        await log.append(source, ["a", "b"].map(message));
        const segment = segmentOf(pipeline, source);
        const task = await openTask(log, segment);
        await commitRead(task, await readMessages(task, 2), {
          outputs: [output(out, "A"), output(kept, "K")],
          state: [put("s", "k", "v")],
        });
        const answer = unique("answer");
        await log.answers.put(answer, bytes("paid"));
        await task.close();
        await log.reset(pipeline, [out]);
        expect(await log.checkpoints(pipeline)).toEqual([]);
        expect(await scannedState(log, pipeline)).toEqual([]);
        expect(await log.topics.get(out)).toBeUndefined();
        expect(texts(await scanAll(log, kept))).toEqual(["K"]);
        expect(text(await log.answers.get(answer))).toBe("paid");
        const again = await openTask(log, segment);
        expect(again.checkpoint).toBeUndefined();
        expect(texts(await readMessages(again, 2))).toEqual(["a", "b"]);
      }),
    );

    it(
      "is refused while the pipeline runs",
      withLog(makeLog, async ({ log, capabilities }) => {
        if (!capabilities.totalOrder) return;
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await openTask(log, segmentOf(pipeline, source));
        await expect(log.reset(pipeline, [])).rejects.toMatchObject({ code: "MGP_LEASE_HELD" });
      }),
    );
  });

  describe("retention", () => {
    it(
      "removes the oldest by bytes, but not what a pipeline has still to read",
      withLog(makeLog, async ({ log, capabilities, reopen }) => {
        if (!capabilities.promptRetention) return;
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1, retention: { bytes: 1000 } });
        const segment = segmentOf(pipeline, source);
        const task = await openTask(log, segment);
        const big = (letter: string) => message(letter.repeat(400));
        const start = async () => (await log.topics.get(source))?.ranges[0]?.start;
        for (const letter of "abcdef") await log.append(source, [big(letter)]);
        expect(await start()).toBe(0n);
        await commitRead(task, (await readMessages(task, 6)).slice(0, 3));
        await log.append(source, [big("g")]);
        expect(await start()).toBe(3n);
        expect(texts(await scanAll(log, source)).map((content) => content?.[0])).toEqual([
          "d",
          "e",
          "f",
          "g",
        ]);
        const again = await openTask(await reopen(), segment);
        expect(texts(await readMessages(again, 4)).map((content) => content?.[0])).toEqual([
          "d",
          "e",
          "f",
          "g",
        ]);
      }),
    );

    it(
      "tells a pipeline whose position is no longer there",
      withLog(makeLog, async ({ log, capabilities }) => {
        if (!capabilities.promptRetention) return;
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await log.append(source, ["a", "b"].map(message));
        const segment = segmentOf(pipeline, source);
        const task = await openTask(log, segment);
        await commitRead(task, await readMessages(task, 2));
        await task.close();
        await log.topics.delete(source);
        await log.append(source, [message("c")]);
        const again = await openTask(log, segment);
        await expect(again.read(plenty, never)).rejects.toMatchObject({ code: "MGP_LOG_TRIMMED" });
      }),
    );
  });

  describe("order", () => {
    it(
      "is that of the appends, over all topics and partitions",
      withLog(makeLog, async ({ log, capabilities }) => {
        if (!capabilities.totalOrder) return;
        const topics = [unique("a"), unique("b")] as const;
        for (const [i, topic] of topics.entries()) await log.topics.ensure(topic, { partitions: i + 2 });
        const letters = [..."abcdefghijklmnop"];
        for (const [i, letter] of letters.entries())
          await log.append(topics[i % 2 ? 0 : 1], [message(letter)]);
        const task = await openTask(log, segmentOf(unique("p"), ...topics));
        expect(texts(await readMessages(task, letters.length))).toEqual(letters);
        expect(texts(await scanAll(log, topics[1]))).toEqual(letters.filter((_, i) => i % 2 === 0));
      }),
    );
  });
}
