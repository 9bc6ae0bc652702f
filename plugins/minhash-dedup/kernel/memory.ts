// Where everything lies in the kernel's memory. The host reads and writes at the addresses that `addressOf…` of index.ts gives.

const permutationBytes: i32 = 4 * 1024;
const histogramBytes: i32 = 4 * 256 * 4;
const pageBytes: usize = 65_536;

const leastCapacity: usize = 8192;
/** With 14 bytes for each, they fit a memory of 4 GiB. */
const mostUnits: u32 = 300_000_000;

/** For vectors that reach over the end of what they work on. */
const padding: usize = 64;

/** The kind of every UTF-16 code unit, and with it whether code has much of it; see characters.ts. */
export const kinds = memory.data(65_536, 16);

/** The permutations x ↦ a·x + b, and the signature: u32, one after the other. */
export const a = memory.data(permutationBytes, 16);
export const b = memory.data(permutationBytes, 16);
export const signature = memory.data(permutationBytes, 16);

/** Counters of sort.ts. */
export const histograms = memory.data(histogramBytes, 16);

/** Of the text at hand, u32 each: pieces, unspaced tokens, codelike units, inked units, shingles. */
export const counts = memory.data(32, 16);
/** What was made of texts, one behind the other: the host says where. */
export const prepared = memory.data(262_144, 16);

/** Of the text at hand: its UTF-16 code units, between two spaces. */
export let units: usize = 0;
/** Hashes of tokens or code points, u32. */
export let pieces: usize = 0;
/** u32. */
export let shingles: usize = 0;
/** As large as the shingles. */
export let scratch: usize = 0;

let capacity: i32 = 0;

/** Makes room for a text of so many code units and for its shingles. What was there is lost when it has to grow. */
export function reserve(length: i32): void {
  if (length <= capacity) return;
  if (<u32>length > mostUnits) unreachable();
  const room = max<usize>(length, leastCapacity);
  units = aligned(__heap_base + padding);
  // No text has more pieces than code units, and none more shingles than pieces and the two of the whole.
  pieces = aligned(units + 2 * room + padding);
  shingles = aligned(pieces + 4 * room + padding);
  scratch = aligned(shingles + 4 * (room + 2) + padding);
  const end = scratch + 4 * (room + 2) + padding;
  const missing = <i32>((end + pageBytes - 1) / pageBytes) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  capacity = <i32>room;
  store<u16>(units - 2, 0x20);
}

// @ts-ignore: decorator
@inline
export function pieceCount(): u32 {
  return load<u32>(counts);
}

// @ts-ignore: decorator
@inline
export function shingleCount(): i32 {
  return load<i32>(counts, 16);
}

// @ts-ignore: decorator
@inline
export function setShingleCount(count: i32): void {
  store<i32>(counts, count, 16);
}

function aligned(address: usize): usize {
  return (address + 15) & ~15;
}
