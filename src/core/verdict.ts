import type { Json } from "./json.ts";

/** Why a record is dropped. The sentence people read is rendered from the plugin's `meta.reasons`. */
export interface Reason<R extends string = string> {
  readonly code: R;
  readonly observed?: Json;
  readonly limit?: Json;
  /** What the reason points at, such as a duplicate's holder: `topic/partition/offset id`. */
  readonly ref?: string;
}

export type Verdict<R extends string = string> =
  | { readonly keep: true }
  | { readonly keep: false; readonly reasons: readonly [Reason<R>, ...Reason<R>[]] };

export const keep: Verdict<never> = Object.freeze({ keep: true });

/** Drop for every reason given: all that apply, not only the first. */
export function drop<const R extends string>(...reasons: readonly [Reason<R>, ...Reason<R>[]]): Verdict<R> {
  return { keep: false, reasons };
}

/** Keep when there is no reason against it. */
export function dropIfAny<const R extends string>(reasons: readonly Reason<R>[]): Verdict<R> {
  const [first, ...rest] = reasons;
  return first === undefined ? keep : { keep: false, reasons: [first, ...rest] };
}
