import { fmix32, joiner } from "./fmix32";

/** As ../bands.ts: a key for every band of so many rows. Gives where they end. */
export function bandKeys(signature: usize, bands: i32, rows: i32, to: usize): usize {
  const end = to + (<usize>bands << 2);
  let at = signature;
  for (let out = to; out < end; out += 4) {
    let key: u32 = 0;
    for (const behind = at + (<usize>rows << 2); at < behind; at += 4) key = key * joiner + load<u32>(at);
    store<u32>(out, fmix32(key));
  }
  return end;
}
