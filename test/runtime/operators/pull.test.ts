import { setImmediate } from "node:timers/promises";
import { firstValueFrom, lastValueFrom, take, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Chunk, Credit, StoredMessage } from "../../../src/log/log.ts";
import { pull, sizeOfChunk } from "../../../src/runtime/operators/pull.ts";
import { Window } from "../../../src/runtime/window.ts";

function chunkOf(...sizes: readonly number[]): Chunk {
  const messages = sizes.map(
    (size, n): StoredMessage => ({
      position: { topic: "t", partition: 0, offset: BigInt(n) },
      value: new Uint8Array(size),
      headers: {},
      timestamp: 0,
    }),
  );
  return { messages };
}

const wide = () => new Window({ records: 1000, bytes: 1_000_000 });

/** Long enough for every promise that can settle to settle. */
async function settled() {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

describe("pull", () => {
  it("emits what it reads, empty chunks too, and takes it from the window", async () => {
    const chunks = [chunkOf(10, 20), chunkOf(), chunkOf(5)];
    const window = wide();
    let next = 0;
    const read = async () => chunks[next++] ?? chunkOf();
    const pulled = await lastValueFrom(pull(read, window).pipe(take(3), toArray()));
    expect([pulled, window.inFlight]).toEqual([chunks, { records: 3, bytes: 35 }]);
  });

  it("reads with the credit there is, only while there is credit for records and bytes", async () => {
    const window = new Window({ records: 4, bytes: 100 });
    const asked: Credit[] = [];
    const read = async (credit: Credit) => {
      asked.push(credit);
      return chunkOf(60, 1);
    };
    const subscription = pull(read, window).subscribe();
    await settled();
    const beforeAnyCameBack = [...asked];
    window.give(1, 0);
    await settled();
    const stillTooManyBytes = [...asked];
    window.give(1, 61);
    await settled();
    subscription.unsubscribe();
    expect([beforeAnyCameBack, stillTooManyBytes, asked]).toEqual([
      [
        { records: 4, bytes: 100 },
        { records: 2, bytes: 39 },
      ],
      [
        { records: 4, bytes: 100 },
        { records: 2, bytes: 39 },
      ],
      [
        { records: 4, bytes: 100 },
        { records: 2, bytes: 39 },
        { records: 2, bytes: 39 },
      ],
    ]);
  });

  it("never reads twice at once", async () => {
    let underWay = 0;
    let most = 0;
    const read = async () => {
      most = Math.max(most, ++underWay);
      await settled();
      underWay--;
      return chunkOf(1);
    };
    await lastValueFrom(pull(read, wide()).pipe(take(5)));
    expect(most).toBe(1);
  });

  it("lets the event loop run between two reads", async () => {
    let turns = 0;
    let counting = true;
    const count = async () => {
      while (counting) {
        await setImmediate();
        turns++;
      }
    };
    const counted = count();
    const turnsAtReads: number[] = [];
    const read = () => {
      turnsAtReads.push(turns);
      return Promise.resolve(chunkOf(1));
    };
    await lastValueFrom(pull(read, wide()).pipe(take(10)));
    counting = false;
    await counted;
    expect(new Set(turnsAtReads).size).toBe(10);
  });

  it("aborts the read under way when it is left, and takes nothing of what that still gives", async () => {
    const window = wide();
    const emitted: Chunk[] = [];
    let signal: AbortSignal | undefined;
    let answer!: (chunk: Chunk) => void;
    const read = (_: Credit, given: AbortSignal) => {
      signal = given;
      return new Promise<Chunk>((resolve) => {
        answer = resolve;
      });
    };
    const subscription = pull(read, window).subscribe((chunk) => emitted.push(chunk));
    await settled();
    const abortedBefore = signal?.aborted;
    subscription.unsubscribe();
    answer(chunkOf(10));
    await settled();
    expect([abortedBefore, signal?.aborted, emitted, window.inFlight]).toEqual([
      false,
      true,
      [],
      { records: 0, bytes: 0 },
    ]);
  });

  it("does not read when it is left while it waits for credit", async () => {
    const window = new Window({ records: 1, bytes: 100 });
    let reads = 0;
    const read = async () => {
      reads++;
      return chunkOf(1);
    };
    const subscription = pull(read, window).subscribe();
    await settled();
    subscription.unsubscribe();
    window.give(1, 1);
    await settled();
    expect(reads).toBe(1);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("trimmed"))],
    [
      "throws",
      () => {
        throw new Error("trimmed");
      },
    ],
  ])("errors when read %s", async (_, read) => {
    await expect(firstValueFrom(pull(read, wide()))).rejects.toEqual(new Error("trimmed"));
  });
});

describe("sizeOfChunk", () => {
  it("counts messages and the bytes of their values", () => {
    expect([chunkOf(), chunkOf(10, 0, 7)].map(sizeOfChunk)).toEqual([
      { records: 0, bytes: 0 },
      { records: 3, bytes: 17 },
    ]);
  });
});
