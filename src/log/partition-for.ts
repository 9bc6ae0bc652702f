import { Buffer } from "node:buffer";

/**
 * The partition of a key: murmur2 of its UTF-8 bytes, without the sign bit, modulo the number of partitions. The same
 * function as Kafka's default partitioner, so a key has the same partition on every log.
 */
export function partitionFor(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, "utf8")) & 0x7fff_ffff) % partitions;
}

/** Austin Appleby's MurmurHash2 with the seed Kafka's clients use; a signed 32-bit number. */
function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = data.length;
  const words = length & ~3;
  let h = 0x9747b28c ^ length;
  for (let i = 0; i < words; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = length & 3;
  if (rest === 3) h ^= data[words + 2]! << 16;
  if (rest >= 2) h ^= data[words + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[words]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}
