import { units } from "./memory";

/**
 * Brings a text of `length` code units into normal form (schemas/minhash/1.md §1) where that is no more than ASCII in lower case. False, and
 * the text is spoilt, where it may be more: then the host does it.
 */
export function normalise(length: i32): bool {
  const end = units + (<usize>length << 1);
  // The last vector reaches over the end.
  v128.store(end, i16x8.splat(0x20));
  const ascii = i16x8.splat(0x80);
  const upperA = i16x8.splat(0x41);
  const letters = i16x8.splat(26);
  const caseBit = i16x8.splat(0x20);
  // What is composed (see src/core/compose.ts) and has no case: quotes and dashes, Han.
  const quotes = i16x8.splat(0x2010);
  const quoteCount = i16x8.splat(0x18);
  const han = i16x8.splat(0x4e00);
  const hanCount = i16x8.splat(0x5200);
  let others = i16x8.splat(0);
  for (let at = units; at < end; at += 16) {
    const v = v128.load(at);
    const isPlain = v128.or(
      i16x8.lt_u(v, ascii),
      v128.or(
        i16x8.lt_u(i16x8.sub(v, quotes), quoteCount),
        i16x8.lt_u(i16x8.sub(v, han), hanCount),
      ),
    );
    others = v128.or(others, v128.not(isPlain));
    const isUpper = i16x8.lt_u(i16x8.sub(v, upperA), letters);
    v128.store(at, v128.or(v, v128.and(isUpper, caseBit)));
  }
  return !v128.any_true(others);
}
