/**
 * Offset of the first character of `text` that JSON (RFC 8259) does not allow there; its length when the text ends too
 * early. Undefined for valid JSON. JSON.parse does not always say where, and its wording differs between versions of Node.
 */
export function findJsonError(text: string): number | undefined {
  const open: ("[" | "{")[] = [];
  let at = skipSpace(text, 0);
  for (;;) {
    const start = text[at];
    if (start === "{" || start === "[") {
      open.push(start);
      at = skipSpace(text, at + 1);
      if (text[at] === closing(start)) {
        open.pop();
        at++;
      } else {
        if (start === "{") {
          const key = endOfKey(text, at);
          if (key.error) return key.at;
          at = key.at;
        }
        continue;
      }
    } else {
      const value = endOfScalar(text, at);
      if (value.error) return value.at;
      at = value.at;
    }
    // A value has ended: close what it ends, then go on behind a comma.
    for (;;) {
      at = skipSpace(text, at);
      const container = open.at(-1);
      if (container === undefined) return at === text.length ? undefined : at;
      if (text[at] === ",") {
        at = skipSpace(text, at + 1);
        if (container === "{") {
          const key = endOfKey(text, at);
          if (key.error) return key.at;
          at = key.at;
        }
        break;
      }
      if (text[at] !== closing(container)) return at;
      open.pop();
      at++;
    }
  }
}

/** Where a token ends, or where it goes wrong. */
interface Scan {
  readonly at: number;
  readonly error: boolean;
}

function closing(bracket: "[" | "{"): string {
  return bracket === "{" ? "}" : "]";
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

/** Behind `"key" :` and the space that follows. */
function endOfKey(text: string, from: number): Scan {
  if (text[from] !== '"') return { at: from, error: true };
  const key = endOfString(text, from);
  if (key.error) return key;
  const colon = skipSpace(text, key.at);
  return text[colon] === ":" ? { at: skipSpace(text, colon + 1), error: false } : { at: colon, error: true };
}

function endOfScalar(text: string, from: number): Scan {
  if (text[from] === '"') return endOfString(text, from);
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  number.lastIndex = from;
  if (number.test(text)) return { at: number.lastIndex, error: false };
  for (const word of ["true", "false", "null"])
    if (text.startsWith(word, from)) return { at: from + word.length, error: false };
  return { at: from, error: true };
}

function endOfString(text: string, from: number): Scan {
  let at = from + 1;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"') return { at: at + 1, error: false };
    if (character < " ") return { at, error: true };
    if (character !== "\\") {
      at++;
      continue;
    }
    const sequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
    sequence.lastIndex = at;
    if (!sequence.test(text)) return { at, error: true };
    at = sequence.lastIndex;
  }
  return { at: text.length, error: true };
}
