import { fmix32, joiner } from "./fmix32";
import { counts, kinds, pieceCount, pieces, setShingleCount, shingleCount, shingles, units } from "./memory";

const kindBits: u32 = 7;
const space: u32 = 1;

/** The code points of the units, into the pieces: white space as single spaces, none at the ends. */
export function readCharacters(length: i32): void {
  const end = units + (<usize>length << 1);
  store<u16>(end, 0x20);
  let out = pieces;
  let isAfterSpace = true;
  let at = units;
  while (at < end) {
    let point: u32 = load<u16>(at);
    const isSpace = (<u32>load<u8>(kinds + point) & kindBits) == space;
    at += 2;
    if (isSpace) point = 0x20;
    else if (point - 0xd800 < 0x400) {
      const low: u32 = <u32>load<u16>(at) - 0xdc00;
      if (low < 0x400) {
        point = 0x10000 + ((point - 0xd800) << 10) + low;
        at += 2;
      }
    }
    if (isSpace && isAfterSpace) continue;
    isAfterSpace = isSpace;
    store<u32>(out, point);
    out += 4;
  }
  if (isAfterSpace && out > pieces) out -= 4;
  store<u32>(counts, <u32>((out - pieces) >> 2));
}

/** Gives every piece another hash. */
export function rehash(basis: u32): void {
  const end = pieces + (<usize>pieceCount() << 2);
  for (let at = pieces; at < end; at += 4) store<u32>(at, fmix32(load<u32>(at) ^ basis));
}

/** The shingles become those of `size` pieces, one for every place. */
export function join(size: i32): void {
  const count = max(0, <i32>pieceCount() - size + 1);
  setShingleCount(count);
  const end = shingles + (<usize>count << 2);
  const width = <usize>size << 2;
  let start = pieces;
  for (let out = shingles; out < end; out += 4) {
    let hash: u32 = 0;
    for (let at = start; at < start + width; at += 4) hash = hash * joiner + load<u32>(at);
    store<u32>(out, fmix32(hash));
    start += 4;
  }
}

/** One more shingle: a hash of all pieces, their number included. */
export function addWhole(basis: u32): void {
  const count = pieceCount();
  const end = pieces + (<usize>count << 2);
  let hash = fmix32(basis ^ count);
  for (let at = pieces; at < end; at += 4) hash = fmix32(hash * joiner + load<u32>(at));
  const shingle = shingleCount();
  store<u32>(shingles + (<usize>shingle << 2), hash);
  setShingleCount(shingle + 1);
}
