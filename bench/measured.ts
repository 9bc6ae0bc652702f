/** Time that `records` took. */
export interface Measured {
  readonly records: number;
  /** Milliseconds on the clock. */
  readonly wallMs: number;
  /** Milliseconds of all threads of the process. */
  readonly cpuMs: number;
}

/** Starts a measurement; calling what it gives ends it. */
export function startMeasuring(): (records: number) => Measured {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  return (records) => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return { records, wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
  };
}
