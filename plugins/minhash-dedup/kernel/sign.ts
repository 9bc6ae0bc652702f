// What it computes is specified in schemas/minhash/1.md §4; ../sign-in-javascript.ts computes the same.

/**
 * Lowers each entry of `signature`, of so many bytes, to the least a·x + b over the shingles x from `shingles` to `end`; all are u32. 32 permutations at a
 * time stay in registers while all shingles pass by.
 */
export function signInto(
  bytes: usize,
  a: usize,
  b: usize,
  shingles: usize,
  end: usize,
  signature: usize,
): void {
  let block: usize = 0;
  for (; block + 128 <= bytes; block += 128) {
    const a0 = v128.load(a + block, 0);
    const a1 = v128.load(a + block, 16);
    const a2 = v128.load(a + block, 32);
    const a3 = v128.load(a + block, 48);
    const a4 = v128.load(a + block, 64);
    const a5 = v128.load(a + block, 80);
    const a6 = v128.load(a + block, 96);
    const a7 = v128.load(a + block, 112);
    const b0 = v128.load(b + block, 0);
    const b1 = v128.load(b + block, 16);
    const b2 = v128.load(b + block, 32);
    const b3 = v128.load(b + block, 48);
    const b4 = v128.load(b + block, 64);
    const b5 = v128.load(b + block, 80);
    const b6 = v128.load(b + block, 96);
    const b7 = v128.load(b + block, 112);
    const least = signature + block;
    let m0 = v128.load(least, 0);
    let m1 = v128.load(least, 16);
    let m2 = v128.load(least, 32);
    let m3 = v128.load(least, 48);
    let m4 = v128.load(least, 64);
    let m5 = v128.load(least, 80);
    let m6 = v128.load(least, 96);
    let m7 = v128.load(least, 112);
    for (let at = shingles; at < end; at += 4) {
      const x = v128.load_splat<u32>(at);
      m0 = i32x4.min_u(m0, i32x4.add(i32x4.mul(a0, x), b0));
      m1 = i32x4.min_u(m1, i32x4.add(i32x4.mul(a1, x), b1));
      m2 = i32x4.min_u(m2, i32x4.add(i32x4.mul(a2, x), b2));
      m3 = i32x4.min_u(m3, i32x4.add(i32x4.mul(a3, x), b3));
      m4 = i32x4.min_u(m4, i32x4.add(i32x4.mul(a4, x), b4));
      m5 = i32x4.min_u(m5, i32x4.add(i32x4.mul(a5, x), b5));
      m6 = i32x4.min_u(m6, i32x4.add(i32x4.mul(a6, x), b6));
      m7 = i32x4.min_u(m7, i32x4.add(i32x4.mul(a7, x), b7));
    }
    v128.store(least, m0, 0);
    v128.store(least, m1, 16);
    v128.store(least, m2, 32);
    v128.store(least, m3, 48);
    v128.store(least, m4, 64);
    v128.store(least, m5, 80);
    v128.store(least, m6, 96);
    v128.store(least, m7, 112);
  }
  for (; block < bytes; block += 32) {
    const a0 = v128.load(a + block, 0);
    const a1 = v128.load(a + block, 16);
    const b0 = v128.load(b + block, 0);
    const b1 = v128.load(b + block, 16);
    let m0 = v128.load(signature + block, 0);
    let m1 = v128.load(signature + block, 16);
    for (let at = shingles; at < end; at += 4) {
      const x = v128.load_splat<u32>(at);
      m0 = i32x4.min_u(m0, i32x4.add(i32x4.mul(a0, x), b0));
      m1 = i32x4.min_u(m1, i32x4.add(i32x4.mul(a1, x), b1));
    }
    v128.store(signature + block, m0, 0);
    v128.store(signature + block, m1, 16);
  }
}
