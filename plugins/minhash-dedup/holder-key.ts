const keyMark = 0x68;

/** Bytes of a holder's key in the state: a mark, then its number as a big-endian u48, so that keys are in the order of the numbers. */
export const keyBytes = 7;

/** What the keys of all holders begin with. */
export const keyPrefix = Uint8Array.of(keyMark);

// A state copies the keys it is given.
const scratch = Uint8Array.of(keyMark, 0, 0, 0, 0, 0, 0);
const view = new DataView(scratch.buffer);
const u32Range = 2 ** 32;

/** Valid until the next call. */
export function keyOf(number: number): Uint8Array {
  view.setUint16(1, Math.floor(number / u32Range));
  view.setUint32(3, number % u32Range);
  return scratch;
}

export function numberOf(key: Uint8Array): number {
  let number = 0;
  for (let i = 1; i < keyBytes; i++) number = number * 256 + key[i]!;
  return number;
}
