/** One program over the texts. Seconds are CPU seconds of all its threads, which have one core together. */
export interface MeasuredRun {
  readonly texts: number;
  readonly seconds: number;
  readonly kept: number;
  /** Anonymous resident memory gained, per kept text. */
  readonly bytesPerKept: number;
}

/** Signing alone, of shingles made before. */
export interface MeasuredSigning {
  readonly texts: number;
  /** CPU seconds. */
  readonly seconds: number;
}
