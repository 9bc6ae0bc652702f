import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { PartitionBuffer } from "../../../src/log/kafka/partition-buffer.ts";
import { batch, encodeBatch, encodeEmptied, encodeMarker } from "./encode-batch.ts";

function bufferFrom(offset: number) {
  const buffer = new PartitionBuffer("t", 0, BigInt(offset));
  const add = (...batches: Buffer[]) =>
    buffer.add({
      topicId: "",
      partition: 0,
      errorCode: 0,
      highWatermark: 0n,
      lastStableOffset: 0n,
      aborted: [],
      batches: Buffer.concat(batches),
    });
  const drain = async () => {
    const offsets: bigint[] = [];
    for (let record = await buffer.peek(); record !== undefined; record = await buffer.peek()) {
      offsets.push(record.offset);
      buffer.take(record);
    }
    return offsets;
  };
  return { buffer, add, drain };
}

const require = createRequire(import.meta.url);
const Decoder = require("kafkajs/src/protocol/decoder");
const decodeMessages = require("kafkajs/src/protocol/requests/fetch/v4/decodeMessages");

/** What KafkaJS makes of a partition's share of an answer. */
function stockDecode(...batches: Buffer[]): Promise<unknown[]> {
  const length = Buffer.alloc(4);
  const data = Buffer.concat(batches);
  length.writeInt32BE(data.length);
  return decodeMessages(new Decoder(Buffer.concat([length, data])));
}

const one = (offset: number) => encodeBatch({ offset, producerId: 1, isTransactional: false, key: null });

describe("a partition's buffer", () => {
  it("gives the records from its offset on, although a batch begins before it", async () => {
    const { buffer, add, drain } = bufferFrom(7);
    add(batch(4, 1, 0, [null, null, null, null, null]), one(9));
    expect(await drain()).toEqual([7n, 8n, 9n]);
    expect(buffer.position).toBe(10n);
  });

  it("gets past batches that compaction has emptied, and past the ends of transactions", async () => {
    const { buffer, add, drain } = bufferFrom(0);
    add(encodeEmptied(0, 4), encodeMarker({ offset: 5, producerId: 1, commits: true }));
    expect(await drain()).toEqual([]);
    expect([buffer.position, buffer.fetchOffset]).toEqual([6n, 6n]);
    // KafkaJS cannot tell this from nothing at all.
    expect(await stockDecode(encodeEmptied(0, 4))).toEqual([]);
  });

  it("leaves out a batch that was cut off, and asks for it again", async () => {
    const { buffer, add, drain } = bufferFrom(0);
    add(one(0), one(1).subarray(0, 65));
    expect(await drain()).toEqual([0n]);
    expect(buffer.fetchOffset).toBe(1n);
    add(one(1));
    expect(await drain()).toEqual([1n]);
  });

  it("counts the bytes it holds", async () => {
    const { buffer, add, drain } = bufferFrom(0);
    add(one(0), one(1));
    expect(buffer.bytes).toBe(2 * (one(0).length - 21));
    await drain();
    expect(buffer.bytes).toBe(0);
  });

  it("takes a batch of very many records", async () => {
    const { add, drain } = bufferFrom(0);
    add(
      batch(
        0,
        1,
        0,
        Array.from({ length: 200_000 }, () => null),
      ),
    );
    expect((await drain()).length).toBe(200_000);
  });

  it("refuses records of a compression nobody knows, or that are not what they say", async () => {
    for (const attributes of [7, 1]) {
      const { add, drain } = bufferFrom(0);
      add(batch(3, 1, attributes, [null]));
      await expect(drain()).rejects.toMatchObject({ code: "MGP_LOG_CORRUPT" });
    }
  });

  it("refuses a batch that does not match its checksum, and one of an old format", () => {
    const damaged = one(3);
    damaged[62]! ^= 1;
    expect(() => bufferFrom(0).add(damaged)).toThrow("the batch at t/0/3 does not match its checksum");
    const old = one(3);
    old.writeInt8(1, 16);
    expect(() => bufferFrom(0).add(old)).toThrow(
      "the batch at t/0/3 has the format 1 of brokers before 0.11",
    );
  });
});
