/** Deepest nesting of a value: what is deeper could not be read again, and a cycle has no end. */
const maxDepth = 100;

/**
 * Why JSON would lose a value or refuse it, undefined when it carries the value: NaN and infinities become null, dates and
 * maps something else, a BigInt or a cycle throws. A member that is undefined counts as absent. `path` names the value.
 */
export function whyNotJson(value: unknown, path: string, depth = 0): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${path} is ${value}, which JSON cannot carry`;
    case "object":
      return value === null ? undefined : whyNotContainer(value, path, depth);
    default:
      return `${path} is ${value === undefined ? "undefined" : `a ${typeof value}`}, which JSON cannot carry`;
  }
}

function whyNotContainer(value: object, path: string, depth: number): string | undefined {
  if (depth >= maxDepth) return `${path} is nested deeper than ${maxDepth} levels or contains itself`;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = whyNotJson(value[i], `${path}[${i}]`, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (!isPlain(value)) return `${path} is an object of a class, which JSON would not give back`;
  for (const name of Object.keys(value)) {
    const member = (value as { readonly [name: string]: unknown })[name];
    // Nearly all members are numbers and texts; their paths need not be made.
    if (member === undefined || typeof member === "string" || Number.isFinite(member)) continue;
    const problem = whyNotJson(member, `${path}.${name}`, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** An object literal of any realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
