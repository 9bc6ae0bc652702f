const mostCodes = 100;

/**
 * Error codes as values of a label. Plugins make up codes of their own, and each is a series of its own for ever: what does not look
 * like a code, and whatever comes after the hundredth, counts as `other`.
 */
export class BoundedCodes {
  readonly #known = new Set<string>();

  label(code: string): string {
    if (this.#known.has(code)) return code;
    if (this.#known.size >= mostCodes || !/^[A-Z][A-Z0-9_]{0,63}$/.test(code)) return "other";
    this.#known.add(code);
    return code;
  }
}
