import { mixed } from "./fmix32";
import { counts, kinds, pieces, units } from "./memory";

// The kinds of ../character-kinds.ts; beside the kind, a bit for what code has much of.
const kindBits: u32 = 7;
const codelikeShift: u32 = 3;
const punctuation: u32 = 0;
const space: u32 = 1;
const word: u32 = 2;
const mark: u32 = 3;
const unspaced: u32 = 4;
const symbol: u32 = 5;
const apostrophe: u32 = 6;
const surrogate: u32 = 7;

const fnvPrime: u32 = 0x01000193;
const minus: u32 = 0x2d;
const fullStop: u32 = 0x2e;

/** As ../tokeniser.ts, from the units into the pieces. The spaces around the units save asking for their ends. */
export function tokenise(length: i32, basis: u32): void {
  const end = units + (<usize>length << 1);
  store<u16>(end, 0x20);
  store<u16>(end, fullStop, 2);
  let out = pieces;
  let unspacedCount: u32 = 0;
  let codelike: u32 = 0;
  let spaces: u32 = 0;
  let hash: u32 = basis;
  // The kind of the token that is open: `word`, `unspaced` or, for none, `space`.
  let open = space;
  let at = units;
  while (at < end) {
    let unit: u32 = load<u16>(at);
    const known: u32 = load<u8>(kinds + unit);
    let what = known & kindBits;
    if (what == word || what == space) {
      if (open == unspaced) {
        store<u32>(out, hash);
        out += 4;
        open = space;
      }
      // Most of a text. Where words end cannot be guessed, so nothing here branches on it: what is not the end of a word is written
      // over, and a space sets the hash back.
      let isWord = what - space;
      let isOpen: u32 = <u32>(open == word);
      if (!isOpen) hash = basis;
      let inked: u32 = 0;
      const start = at;
      do {
        store<u32>(out, hash);
        out += <usize>(isOpen & (isWord ^ 1)) << 2;
        hash = (hash ^ unit) * (isWord * fnvPrime) + (basis & (isWord - 1));
        inked += isWord;
        isOpen = isWord;
        at += 2;
        unit = load<u16>(at);
        isWord = <u32>load<u8>(kinds + unit) - space;
      } while (isWord <= 1);
      spaces += <u32>((at - start) >> 1) - inked;
      // The space behind the units was counted with them.
      spaces -= <u32>(at > end);
      open = isOpen ? word : space;
      continue;
    }
    let width: usize = 2;
    if (what == surrogate) {
      if (isPair(unit, at)) {
        what = pairKind(unit);
        width = 4;
      } else what = symbol;
    }
    if (what == apostrophe) {
      if (open == word && kindAt(at + 2) == word) {
        at += 2;
        continue;
      }
      what = punctuation;
    }
    const isContinued = (what == word && open == word) || (what == mark && open != space);
    if (!isContinued && open != space) {
      store<u32>(out, hash);
      out += 4;
      open = space;
    }
    if (what == punctuation) {
      const start = at;
      for (;;) {
        const each: u32 = load<u8>(kinds + load<u16>(at));
        if ((each & kindBits) != punctuation && each != apostrophe) break;
        codelike += each >> codelikeShift;
        at += 2;
      }
      const isLeading = kindAt(start - 2) == space;
      const isTrailing = kindAt(at) == space;
      if (isLeading == isTrailing) {
        for (let each = start; each < at; each += 2) {
          store<u32>(out, (basis ^ load<u16>(each)) * fnvPrime);
          out += 4;
        }
      } else if (isLeading) {
        const last: u32 = load<u16>(at - 2);
        const next: u32 = load<u16>(at);
        if ((last == minus || last == fullStop) && next - 0x30 < 10) {
          store<u32>(out, (basis ^ last) * fnvPrime);
          out += 4;
        }
      }
      continue;
    }
    if (!isContinued) hash = basis;
    hash = (hash ^ unit) * fnvPrime;
    if (width == 4) hash = (hash ^ load<u16>(at + 2)) * fnvPrime;
    at += width;
    if (what == symbol) {
      codelike += known >> codelikeShift;
      store<u32>(out, hash);
      out += 4;
    } else if (what == unspaced) {
      unspacedCount++;
      open = unspaced;
    } else if (!isContinued) open = word;
  }
  if (open != space) {
    store<u32>(out, hash);
    out += 4;
  }
  for (let each = pieces; each < out; each += 16) v128.store(each, mixed(v128.load(each)));
  store<u32>(counts, <u32>((out - pieces) >> 2));
  store<u32>(counts, unspacedCount, 4);
  store<u32>(counts, codelike, 8);
  store<u32>(counts, <u32>length - spaces, 12);
}

// @ts-ignore: decorator
@inline
function kindAt(at: usize): u32 {
  return <u32>load<u8>(kinds + load<u16>(at)) & kindBits;
}

function isPair(unit: u32, at: usize): bool {
  return unit <= 0xdbff && <u32>load<u16>(at + 2) - 0xdc00 < 0x400;
}

/** As pairKind of ../character-kinds.ts. */
function pairKind(high: u32): u32 {
  if (high >= 0xd840 && high < 0xdb40) return unspaced;
  if (high >= 0xd83c && high <= 0xd83e) return symbol;
  return high >= 0xdb40 ? mark : word;
}
