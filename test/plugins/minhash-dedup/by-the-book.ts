/**
 * Shingles, signature and band keys as schemas/minhash/1.md says it, line by line and slowly: regular expressions, strings and
 * BigInt, nothing shared with the plugin.
 */
const mask = 0xffff_ffffn;

export function fmix32(value: bigint): bigint {
  let x = value & mask;
  x ^= x >> 16n;
  x = (x * 0x85ebca6bn) & mask;
  x ^= x >> 13n;
  x = (x * 0xc2b2ae35n) & mask;
  return x ^ (x >> 16n);
}

type Kind = "punctuation" | "symbol" | "word" | "unspaced" | "mark" | "space" | "apostrophe";

const kinds: readonly (readonly [Kind, RegExp])[] = [
  ["symbol", /^[\p{S}#%&@/\\]$/u],
  ["punctuation", /^`$/u],
  ["word", /^\p{L}$/u],
  [
    "unspaced",
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]$/u,
  ],
  ["word", /^\p{Nd}$/u],
  ["mark", /^[\p{M}\u200c\u200d]$/u],
  ["space", /^[\s\u0085]$/u],
  ["apostrophe", /^['\u2019]$/u],
];

function kindOf(character: string): Kind {
  const point = character.codePointAt(0)!;
  if (point >= 0xd800 && point <= 0xdfff) return "symbol";
  if (point > 0xffff) {
    if (point >= 0xe0000) return "mark";
    if (point >= 0x1f000 && point <= 0x1fbff) return "symbol";
    return point >= 0x20000 ? "unspaced" : "word";
  }
  return kinds.findLast(([, pattern]) => pattern.test(character))?.[0] ?? "punctuation";
}

function tokensOf(text: string): { readonly tokens: readonly string[]; readonly unspaced: number } {
  const characters = [...text].map((c) => ({ c, kind: kindOf(c) }));
  const tokens: string[] = [];
  let unspaced = 0;
  let open: "word" | "unspaced" | undefined;
  for (let i = 0; i < characters.length; i++) {
    const { c, kind } = characters[i]!;
    const next = characters[i + 1];
    if (kind === "apostrophe" && open === "word" && next?.kind === "word" && next.c.length === 1) continue;
    if ((kind === "word" && open === "word") || (kind === "mark" && open !== undefined)) {
      tokens[tokens.length - 1] += c;
    } else if (kind === "word" || kind === "mark") {
      tokens.push(c);
      open = "word";
    } else if (kind === "unspaced") {
      tokens.push(c);
      unspaced++;
      open = "unspaced";
    } else if (kind === "symbol") {
      tokens.push(c);
      open = undefined;
    } else if (kind === "space") open = undefined;
    else {
      open = undefined;
      let end = i;
      while (["punctuation", "apostrophe"].includes(characters[end]?.kind ?? "")) end++;
      const left = i === 0 || characters[i - 1]!.kind === "space";
      const right = end === characters.length || characters[end]!.kind === "space";
      const run = characters.slice(i, end).map((character) => character.c);
      if (left === right) tokens.push(...run);
      else if (left && /[-.]/.test(run.at(-1)!) && /[0-9]/.test(characters[end]!.c)) tokens.push(run.at(-1)!);
      i = end - 1;
    }
  }
  return { tokens, unspaced };
}

function tokenHash(token: string, basis: bigint): bigint {
  let h = basis;
  for (let i = 0; i < token.length; i++) h = ((h ^ BigInt(token.charCodeAt(i))) * 0x01000193n) & mask;
  return fmix32(h);
}

function whole(units: readonly bigint[]): bigint {
  let h = fmix32(0x5bd1e995n ^ BigInt(units.length));
  for (const unit of units) h = fmix32(h * 0x9e3779b1n + unit);
  return h;
}

function joined(units: readonly bigint[], size: number, second: readonly bigint[]): bigint[] {
  const shingles: bigint[] = [];
  for (let i = 0; i + size <= units.length; i++)
    shingles.push(fmix32(units.slice(i, i + size).reduce((h, unit) => (h * 0x9e3779b1n + unit) & mask, 0n)));
  if (units.length <= 8 || units.length < size) shingles.push(whole(units), whole(second));
  return shingles;
}

export function shinglesOf(
  text: string,
  by: "auto" | "word" | "char" = "auto",
  size: number | null = null,
): readonly number[] {
  const normal = text.normalize("NFC").toLowerCase();
  const { tokens, unspaced } = tokensOf(normal);
  const byCharacter = (n: number) => {
    const units = [...normal.replace(/[\s\u0085]+/g, " ").replace(/^ | $/g, "")].map((c) =>
      BigInt(c.codePointAt(0)!),
    );
    return joined(
      units,
      n,
      units.map((unit) => fmix32(unit ^ 0x27d4eb2fn)),
    );
  };
  const byToken = (n: number) =>
    joined(
      tokens.map((token) => tokenHash(token, 0x811c9dc5n)),
      n,
      tokens.map((token) => tokenHash(token, 0x27d4eb2fn)),
    );
  const chosen = (): bigint[] => {
    if (by === "char") return byCharacter(size ?? 5);
    if (tokens.length === 0) return byCharacter(2);
    if (by === "word") return byToken(size ?? 3);
    if (tokens.length <= 8) return byToken(2);
    if (unspaced * 2 > tokens.length) return byToken(3);
    const inked = normal.replace(/[\s\u0085]/g, "");
    const code = inked.replace(/[^{}[\]()<>=;+*/\\|&^~$#_`]/g, "");
    return code.length >= 0.08 * inked.length ? byCharacter(5) : byToken(3);
  };
  return [...new Set(chosen())].map(Number).sort((a, b) => a - b);
}

export function signatureOf(shingles: readonly number[], permutations: number): readonly number[] {
  return Array.from({ length: permutations }, (_, i) => {
    const a = fmix32(BigInt(2 * i + 1) * 0x9e3779b9n) | 1n;
    const b = fmix32(BigInt(2 * i + 2) * 0x9e3779b9n);
    return shingles.reduce((least, x) => Math.min(least, Number((a * BigInt(x) + b) & mask)), 2 ** 32 - 1);
  });
}

export function bandKeysOf(signature: readonly number[], threshold: number): readonly number[] {
  const rows = signature
    .map((_, i) => signature.length - i)
    .find((r) => (1 - threshold ** r) ** Math.floor(signature.length / r) <= 0.005)!;
  return Array.from({ length: Math.floor(signature.length / rows) }, (_, band) => {
    const entries = signature.slice(band * rows, (band + 1) * rows);
    return Number(fmix32(entries.reduce((h, entry) => h * 0x9e3779b1n + BigInt(entry), 0n)));
  });
}
