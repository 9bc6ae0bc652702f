import { describe, expect, it } from "vitest";
import {
  bytes,
  commitRead,
  type MakeLog,
  message,
  never,
  openTask,
  openTasks,
  output,
  plenty,
  put,
  readMessages,
  remove,
  scanAll,
  scannedState,
  segmentOf,
  stateOf,
  text,
  texts,
  unique,
  withLog,
} from "./harness.ts";

/** Reading as a task and committing what was made of it. */
export function describeTasks(makeLog: MakeLog): void {
  describe("tasks", () => {
    it(
      "read every message of all partitions of all sources, in order within a partition",
      withLog(makeLog, async ({ log }) => {
        const [first, second] = [unique("first"), unique("second")];
        for (const topic of [first, second]) {
          await log.topics.ensure(topic, { partitions: 3 });
          await log.append(topic, ["a", "b", "c", "d", "e", "f", "g"].map(message));
        }
        const tasks = await openTasks(log, segmentOf(unique("p"), first, second));
        const read = (await Promise.all(tasks.map((task) => readMessages(task, 14)))).flat();
        expect(read.map(({ position }) => position.topic).sort()).toEqual(
          [first, second].sort().flatMap((topic) => Array(7).fill(topic)),
        );
        const next = new Map<string, bigint>();
        for (const { position } of read) {
          const partition = `${position.topic}/${position.partition}`;
          expect(position.offset).toBe(next.get(partition) ?? 0n);
          next.set(partition, position.offset + 1n);
        }
      }),
    );

    it(
      "read an empty chunk when there is nothing, and a message that comes later",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("later");
        await log.topics.ensure(topic, { partitions: 1 });
        const task = await openTask(log, segmentOf(unique("p"), topic));
        expect(await task.read(plenty, never)).toEqual({ messages: [] });
        await log.append(topic, [message("a")]);
        expect(texts(await readMessages(task, 1))).toEqual(["a"]);
        expect(await task.read(plenty, never)).toEqual({ messages: [] });
      }),
    );

    it(
      "wait for topics that do not exist yet",
      withLog(makeLog, async ({ log, capabilities }) => {
        const topic = unique("unborn");
        const segment = segmentOf(unique("p"), topic);
        if (!capabilities.waitsForTopics) {
          await expect(openTask(log, segment)).rejects.toMatchObject({ code: "MGP_TOPIC_UNKNOWN" });
          return;
        }
        const task = await openTask(log, segment);
        expect(await task.read(plenty, never)).toEqual({ messages: [] });
        await log.topics.ensure(topic, { partitions: 1 });
        await log.append(topic, [message("a")]);
        expect(texts(await readMessages(task, 1))).toEqual(["a"]);
      }),
    );

    it(
      "read no more than the credit allows, nor than 256, and a message larger than the credit alone",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("credit");
        await log.topics.ensure(topic, { partitions: 1 });
        await log.append(topic, ["aaaa", "bbbb", "cccccccccccc", "dd", "ee"].map(message));
        await log.append(
          topic,
          Array.from({ length: 600 }, () => message("f")),
        );
        const task = await openTask(log, segmentOf(unique("p"), topic));
        const read = async (records: number, size: number) =>
          texts((await task.read({ records, bytes: size }, never)).messages);
        expect(await read(1, 100)).toEqual(["aaaa"]);
        expect(await read(10, 9)).toEqual(["bbbb"]);
        expect(await read(10, 9)).toEqual(["cccccccccccc"]);
        expect(await read(2, 100)).toEqual(["dd", "ee"]);
        for (let left = 600; left > 0; ) {
          const { length } = await read(1000, 1 << 20);
          expect(length).toBeGreaterThan(0);
          expect(length).toBeLessThanOrEqual(256);
          left -= length;
        }
      }),
    );

    it(
      "end a read with an AbortError when its signal is aborted, before and while it waits",
      withLog(makeLog, async ({ log }) => {
        const topic = unique("abort");
        await log.topics.ensure(topic, { partitions: 1 });
        const task = await openTask(log, segmentOf(unique("p"), topic));
        const aborted = { name: "AbortError" };
        await expect(task.read(plenty, AbortSignal.abort())).rejects.toMatchObject(aborted);
        const controller = new AbortController();
        const waiting = task.read(plenty, controller.signal);
        controller.abort(new Error("stop"));
        await expect(waiting).rejects.toMatchObject(aborted);
      }),
    );

    it(
      "make outputs, state and checkpoint visible together",
      withLog(makeLog, async ({ log }) => {
        const [source, out, pipeline] = [unique("in"), unique("out"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await log.topics.ensure(out, { partitions: 1 });
        await log.append(source, ["a", "b"].map(message));
        const task = await openTask(log, segmentOf(pipeline, source));
        expect(task.checkpoint).toBeUndefined();
        const read = await readMessages(task, 2);
        expect(await log.checkpoints(pipeline)).toEqual([]);
        const checkpoint = await commitRead(task, read, {
          outputs: [
            output(out, "A"),
            { ...output(out, "B"), key: "b", headers: { "magpie-source": "x/0/1" } },
          ],
          state: [put("s", "k", "v")],
        });
        expect(task.checkpoint).toEqual(checkpoint);
        expect(await log.checkpoints(pipeline)).toEqual([checkpoint]);
        const outputs = await scanAll(log, out);
        expect(texts(outputs)).toEqual(["A", "B"]);
        expect(outputs.map(({ key, headers }) => ({ key, headers }))).toEqual([
          { key: undefined, headers: {} },
          { key: "b", headers: { "magpie-source": "x/0/1" } },
        ]);
        expect(stateOf(task, "s")).toEqual([["k", "v"]]);
      }),
    );

    it(
      "continue at the committed position with the committed state after the log was opened again",
      withLog(makeLog, async ({ log, reopen }) => {
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await log.append(source, ["a", "b", "c", "d"].map(message));
        const task = await openTask(log, segmentOf(pipeline, source));
        const read = await readMessages(task, 4);
        const checkpoint = await commitRead(task, read.slice(0, 2), { state: [put("s", "k", "v")] });

        const again = await openTask(await reopen(), segmentOf(pipeline, source));
        expect(again.checkpoint).toEqual(checkpoint);
        expect(stateOf(again, "s")).toEqual([["k", "v"]]);
        expect(texts(await readMessages(again, 2))).toEqual(["c", "d"]);
      }),
    );

    it(
      "never have two owners that commit",
      withLog(makeLog, async ({ log }) => {
        const [source, out, pipeline] = [unique("in"), unique("out"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await log.topics.ensure(out, { partitions: 1 });
        await log.append(source, [message("a")]);
        const segment = segmentOf(pipeline, source);
        const first = await openTask(log, segment);
        const read = await readMessages(first, 1);
        const second = await openTask(log, segment).catch((error: unknown) => error);
        const commit = commitRead(first, read, { outputs: [output(out, "A")], state: [put("s", "k", "v")] });
        if (second instanceof Error) {
          expect(second).toMatchObject({ code: "MGP_LEASE_HELD" });
          await commit;
          return;
        }
        await expect(commit).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
        expect(await scanAll(log, out)).toEqual([]);
        expect(await scannedState(log, pipeline)).toEqual([]);
        expect(await log.checkpoints(pipeline)).toEqual([]);
      }),
    );

    it(
      "can be opened again once they are closed",
      withLog(makeLog, async ({ log }) => {
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await log.append(source, ["a", "b"].map(message));
        const segment = segmentOf(pipeline, source);
        const task = await openTask(log, segment);
        await commitRead(task, (await readMessages(task, 2)).slice(0, 1));
        await task.close();
        expect(texts(await readMessages(await openTask(log, segment), 1))).toEqual(["b"]);
      }),
    );

    it(
      "show their state by stage, prefix and key order, without what was deleted",
      withLog(makeLog, async ({ log, reopen }) => {
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        await log.append(source, ["a", "b"].map(message));
        const task = await openTask(log, segmentOf(pipeline, source));
        const [a, b] = await readMessages(task, 2);
        await commitRead(task, [a!], {
          state: [put("s", "b", "2"), put("s", "a", "1"), put("s", "ab", "3"), put("s2", "a", "4")],
        });
        await commitRead(task, [b!], { state: [remove("s", "b"), remove("s", "none"), put("s", "a", "5")] });
        const check = async (opened: typeof task) => {
          expect(stateOf(opened, "s")).toEqual([
            ["a", "5"],
            ["ab", "3"],
          ]);
          expect(stateOf(opened, "s", "ab")).toEqual([["ab", "3"]]);
          expect(opened.state.get("s", bytes("b"))).toBeUndefined();
          expect(opened.state.get("s2", bytes("a"))).toEqual(expect.objectContaining({ length: 1 }));
        };
        await check(task);
        const again = await reopen();
        await check(await openTask(again, segmentOf(pipeline, source)));
        expect(await scannedState(again, pipeline)).toEqual(["s:a=5", "s:ab=3", "s2:a=4"]);
        expect(await scannedState(again, unique("other"))).toEqual([]);
        expect(text(await again.stateEntry(pipeline, "s2", bytes("a")))).toEqual("4");
        expect(await again.stateEntry(pipeline, "s2", bytes("ab"))).toEqual(undefined);
      }),
    );

    it(
      "order binary state keys as bytes and keep pipelines apart",
      withLog(makeLog, async ({ log }) => {
        const [source, pipeline] = [unique("in"), unique("p")];
        await log.topics.ensure(source, { partitions: 1 });
        const task = await openTask(log, segmentOf(pipeline, source));
        const other = await openTask(log, segmentOf(`${pipeline}2`, source));
        const keys = [[255, 255], [0], [255], [0, 0], [128], [127, 255]];
        const state = keys.map((key) => ({ stage: "s", key: Uint8Array.from(key), value: Uint8Array.of(1) }));
        await commitRead(task, [], { state });
        await commitRead(other, [], { state: [put("s", "k", "v")] });
        const entries = (prefix: number[]) =>
          [...task.state.entries("s", Uint8Array.from(prefix))].map(([key]) => [...key]);
        expect(entries([])).toEqual([[0], [0, 0], [127, 255], [128], [255], [255, 255]]);
        expect(entries([255])).toEqual([[255], [255, 255]]);
        expect(await scannedState(log, `${pipeline}2`)).toEqual(["s:k=v"]);
      }),
    );
  });
}
