import type { Json } from "../json.ts";

/** Deepest nesting of a value kept in a record: far above real data, far below where JSON.stringify overflows the stack. */
const maxDepth = 100;

/**
 * Why a value cannot be kept as it was written, undefined when it can: nested too deep, or a number that a double does
 * not hold (JSON.parse rounds such a number silently). `text` is the JSON the value came from.
 */
export function whyNotCarried(value: unknown, text: string, depth = 0): string | undefined {
  if (typeof value === "number") return isExact(value, text) ? undefined : inexact(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= maxDepth) return `is nested deeper than ${maxDepth} levels; flatten it`;
  for (const key in value) {
    const problem = whyNotCarried((value as { [key: string]: unknown })[key], text, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** JSON.parse rounds an integer beyond 2^53 to another one: whether `text` holds one that became `value`. */
function isExact(value: number, text: string): boolean {
  if (!Number.isInteger(value)) return Number.isFinite(value);
  if (Number.isSafeInteger(value)) return true;
  for (const [digits] of text.matchAll(/-?\d{16,}(?![\d.eE])/g)) {
    const isRounded = digits !== String(value) && BigInt(digits) !== BigInt(value);
    if (isRounded && Number(digits) === value) return false;
  }
  return true;
}

function inexact(value: number): string {
  return `holds a number that is read as ${value}, not as it was written; write it as a string`;
}

/** Sets an own property whatever its name: assigning to `__proto__` would change the prototype instead. */
export function setColumn(target: { [column: string]: Json }, column: string, value: Json): void {
  if (column === "__proto__")
    Object.defineProperty(target, column, { value, writable: true, enumerable: true, configurable: true });
  else target[column] = value;
}
