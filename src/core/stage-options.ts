/** How the runtime calls a stage's pure phase. None of it is part of the plan. */
export interface StageOptions {
  /** Records a call is given at most. */
  readonly batch: number;
  /** Calls under way at once. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Further tries of a call that failed in a way that may pass. */
  readonly retries: number;
  /** Worker threads for the pure phase, 0 runs it here; of a plugin that is a program, how often it is started, at least once. */
  readonly workers: number;
  /** Of a plugin that is a program: milliseconds until it says what it is, and again until it is set up. */
  readonly startTimeoutMs: number;
  /** Of a plugin that is a program: bytes of memory that one copy and the processes it started may take. */
  readonly maxMemoryBytes: number;
}

export const defaultStageOptions: StageOptions = {
  batch: 256,
  concurrency: 8,
  timeoutMs: 30_000,
  retries: 2,
  workers: 0,
  startTimeoutMs: 60_000,
  maxMemoryBytes: 2 * 2 ** 30,
};
