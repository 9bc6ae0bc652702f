/** The checksum of record batches (Castagnoli's polynomial), eight bytes a step. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffff_ffff;
  let at = 0;
  for (const end = data.length - 7; at < end; at += 8) {
    const low = crc ^ (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24));
    crc =
      tables[7]![low & 0xff]! ^
      tables[6]![(low >>> 8) & 0xff]! ^
      tables[5]![(low >>> 16) & 0xff]! ^
      tables[4]![low >>> 24]! ^
      tables[3]![data[at + 4]!]! ^
      tables[2]![data[at + 5]!]! ^
      tables[1]![data[at + 6]!]! ^
      tables[0]![data[at + 7]!]!;
  }
  for (; at < data.length; at++) crc = tables[0]![(crc ^ data[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Table k: what a byte contributes k bytes further on. */
const tables: readonly Int32Array[] = makeTables();

function makeTables(): readonly Int32Array[] {
  const made = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0x82f6_3b78 ^ (crc >>> 1) : crc >>> 1;
    made[0]![byte] = crc;
  }
  for (let k = 1; k < 8; k++)
    for (let byte = 0; byte < 256; byte++) {
      const before = made[k - 1]![byte]!;
      made[k]![byte] = made[0]![before & 0xff]! ^ (before >>> 8);
    }
  return made;
}
