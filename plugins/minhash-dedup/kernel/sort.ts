import { histograms, scratch, setShingleCount, shingleCount, shingles } from "./memory";

/** Up to here finding the rank of each by comparing all with all is the fastest: it has no branch to be guessed. */
const mostRanked: i32 = 128;

/** Sorts the shingles and leaves each once. */
export function sortDistinct(): void {
  const count = shingleCount();
  if (count < 2) return;
  if (count <= mostRanked) {
    sortByRank(count);
    leaveDistinct(scratch, count);
  } else {
    sortByDigits(count);
    leaveDistinct(shingles, count);
  }
}

/** Into the scratch: each shingle at its rank. Behind equal ones, zeros: no other zero is at a rank but 0. */
function sortByRank(count: i32): void {
  const bytes = <usize>count << 2;
  const zero = i32x4.splat(0);
  const signs = i32x4.splat(0x80000000);
  const end = shingles + bytes;
  for (let at = shingles; at < end; at += 64) {
    const out = at - shingles + scratch;
    v128.store(out, zero, 0);
    v128.store(out, zero, 16);
    v128.store(out, zero, 32);
    v128.store(out, zero, 48);
  }
  // 16 ranks at a time. What is least as unsigned is least as signed when the highest bit of both is turned.
  for (let at = shingles; at < end; at += 64) {
    const x0 = v128.xor(v128.load(at, 0), signs);
    const x1 = v128.xor(v128.load(at, 16), signs);
    const x2 = v128.xor(v128.load(at, 32), signs);
    const x3 = v128.xor(v128.load(at, 48), signs);
    let r0 = zero;
    let r1 = zero;
    let r2 = zero;
    let r3 = zero;
    for (let other = shingles; other < end; other += 4) {
      const y = v128.xor(v128.load_splat<u32>(other), signs);
      r0 = i32x4.sub(r0, i32x4.gt_s(x0, y));
      r1 = i32x4.sub(r1, i32x4.gt_s(x1, y));
      r2 = i32x4.sub(r2, i32x4.gt_s(x2, y));
      r3 = i32x4.sub(r3, i32x4.gt_s(x3, y));
    }
    v128.store(histograms, r0, 0);
    v128.store(histograms, r1, 16);
    v128.store(histograms, r2, 32);
    v128.store(histograms, r3, 48);
    const most = min<usize>(64, end - at);
    for (let i: usize = 0; i < most; i += 4)
      store<u32>(scratch + (<usize>load<u32>(histograms + i) << 2), load<u32>(at + i));
  }
}

/** Least significant digit first, four digits of 8 bits. */
function sortByDigits(count: i32): void {
  const bytes = <usize>count << 2;
  memory.fill(histograms, 0, 4096);
  for (let at = shingles; at < shingles + bytes; at += 4) {
    const x = load<u32>(at);
    tally(histograms + ((<usize>x & 255) << 2));
    tally(histograms + 1024 + ((<usize>(x >> 8) & 255) << 2));
    tally(histograms + 2048 + ((<usize>(x >> 16) & 255) << 2));
    tally(histograms + 3072 + (<usize>(x >> 24) << 2));
  }
  let from = shingles;
  let to = scratch;
  for (let digit: u32 = 0; digit < 4; digit++) {
    const histogram = histograms + (<usize>digit << 10);
    let next = to;
    for (let at = histogram; at < histogram + 1024; at += 4) {
      const equal = <usize>load<u32>(at);
      store<u32>(at, <u32>next);
      next += equal << 2;
    }
    const shift = digit << 3;
    for (let at = from; at < from + bytes; at += 4) {
      const x = load<u32>(at);
      const place = histogram + ((<usize>(x >> shift) & 255) << 2);
      const out = <usize>load<u32>(place);
      store<u32>(out, x);
      store<u32>(place, <u32>(out + 4));
    }
    const swap = from;
    from = to;
    to = swap;
  }
}

// @ts-ignore: decorator
@inline
function tally(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** From sorted values, or ranked ones with zeros in between, into the shingles. */
function leaveDistinct(from: usize, count: i32): void {
  const end = from + (<usize>count << 2);
  let last = load<u32>(from);
  store<u32>(shingles, last);
  let out = shingles + 4;
  for (let at = from + 4; at < end; at += 4) {
    const x = load<u32>(at);
    store<u32>(out, x);
    // No branch to be guessed: what is not new is written over.
    out += <usize>(x > last) << 2;
    last = max(last, x);
  }
  setShingleCount(<i32>((out - shingles) >> 2));
}
