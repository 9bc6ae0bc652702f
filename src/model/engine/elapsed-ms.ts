/** Whole milliseconds between two times of a clock that somebody may have set back. */
export function elapsedMs(from: number, to: number): number {
  return Math.max(0, Math.round(to - from));
}
