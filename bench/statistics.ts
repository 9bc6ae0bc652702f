/** The middle value, or the mean of the two in the middle. Throws a RangeError without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError("the median of nothing");
  return (lower + upper) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Slope of the least-squares line through (0, y0), (1, y1), …: units of y per step. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const level = mean(values);
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of values.entries()) {
    covariance += (x - middle) * (y - level);
    variance += (x - middle) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}
