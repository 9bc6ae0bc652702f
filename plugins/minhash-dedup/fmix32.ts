/** The 32-bit finaliser of MurmurHash3 (Appleby, public domain): a bijection of u32 that spreads every bit over all. */
export function fmix32(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
