// As ../fmix32.ts.

// @ts-ignore: decorator
@inline
export function fmix32(value: u32): u32 {
  let x = value;
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}

/** As ../joiner.ts. */
export const joiner: u32 = 0x9e3779b1;

/** {@link fmix32} of four at once. */
// @ts-ignore: decorator
@inline
export function mixed(values: v128): v128 {
  let x = values;
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85ebca6b));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
