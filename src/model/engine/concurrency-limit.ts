/** A request under way, as the limit knows it. */
export interface Begun {
  /** How often, when it began, the limit had changed, failures had been taken in, and as many as allowed had been under way. */
  readonly changes: number;
  readonly failures: number;
  readonly fulls: number;
}

/** What a request came to. */
export interface Work {
  readonly tokens: number;
  /** Milliseconds from its beginning to its end. */
  readonly ms: number;
}

/** Where the limit came from while another one is tried. */
interface Trial {
  readonly from: number;
  /** Tokens per millisecond there. */
  readonly rate: number;
}

const firstLimit = 4;

/** Requests that a rate is measured with, for each that the limit allows, and at least. */
const samplesEach = 2;
const fewestSamples = 8;

/** A higher limit is kept when it brings this much more, a lower one when it still brings this much of the best. */
const leastGain = 1.02;
const enough = 0.98;

/** What is left of the best rate with every further measurement, and below which part of it the server is taken to have changed. */
const remembered = 0.99;
const changed = 0.8;

/** Measurements between trials where neither a higher nor a lower limit was better. */
const settledFor = 16;

/**
 * How many requests a server is sent at once: as few as give nearly the most tokens a second.
 *
 * It climbs the hill of throughput, as the .NET thread pool does (Hellerstein, Morrison and Eilebrecht, *Optimizing concurrency
 * levels in the .NET ThreadPool*, FeBID 2008): measures the rate, tries another limit, and keeps the better one; in doubt the
 * lower, so that it stops where more requests only make each of them slower. It doubles until that brings nothing for the first
 * time, and tries a quarter more or a fifth less from then on. The rate is what is under way divided by the time a token
 * takes in one request (Little's law): unlike tokens counted by the clock, it does not depend on which requests happen to end within a measurement.
 * Batching servers are why it is not the latency that decides, as in TCP Vegas: theirs rises from the second request on, long before they
 * are busy.
 *
 * Failures are taken as TCP takes lost packets (RFC 5681): the limit is halved, once for all that were under way together, and
 * then raised by one with each request that succeeds, up to half of what it was; from there it climbs again. A failure
 * during the trial of a higher limit only ends that.
 */
export class ConcurrencyLimit {
  #limit = firstLimit;
  #changes = 0;
  #failures = 0;
  #fulls = 0;
  /** Below it each success raises the limit. */
  #threshold = 0;
  #isDoubling = true;
  #trial: Trial | undefined;
  #direction: "up" | "down" = "up";
  /** Trials in a row that were not better. */
  #refused = 0;
  /** Measurements before the next trial. */
  #rest = 0;
  #best = 0;
  #samples = 0;
  #tokens = 0;
  #ms = 0;

  get value(): number {
    return this.#limit;
  }

  /** `inFlight`: with this one. */
  begin(inFlight: number): Begun {
    const begun = { changes: this.#changes, failures: this.#failures, fulls: this.#fulls };
    if (inFlight >= this.#limit) this.#fulls += 1;
    return begun;
  }

  /** `waiting`: how many others a higher limit would let in. */
  succeeded(begun: Begun, { tokens, ms }: Work, waiting: number): void {
    if (this.#limit < this.#threshold) {
      if (begun.failures === this.#failures && waiting > 0) this.#change(this.#limit + 1);
      return;
    }
    // What began under another limit, or when fewer were wanted than it allows, says nothing about this one.
    if (begun.changes !== this.#changes || begun.fulls === this.#fulls) return;
    this.#samples += 1;
    this.#tokens += tokens;
    this.#ms += ms;
    if (this.#samples < Math.max(fewestSamples, samplesEach * this.#limit)) return;
    const rate = (this.#limit * this.#tokens) / Math.max(1, this.#ms);
    this.#measureAnew();
    this.#judge(rate, waiting);
  }

  /** Whether it is news, and not the failure of others that were under way with it once more. */
  failed(begun: Begun): boolean {
    if (begun.failures !== this.#failures) return false;
    this.#failures += 1;
    const trial = this.#trial;
    if (trial !== undefined && trial.from < this.#limit) {
      this.#giveUp(trial);
      return true;
    }
    const half = Math.floor(this.#limit / 2);
    this.#threshold = Math.max(this.#threshold, half);
    this.#trial = undefined;
    this.#isDoubling = true;
    this.#direction = "up";
    this.#refused = 0;
    this.#rest = 0;
    this.#change(Math.max(1, half));
    return true;
  }

  #judge(rate: number, waiting: number): void {
    this.#threshold = 0;
    const trial = this.#trial;
    const isOther = trial === undefined && rate < this.#best * changed;
    this.#best = isOther ? rate : Math.max(rate, this.#best * remembered);
    if (trial !== undefined) {
      const isHigher = this.#limit > trial.from;
      if (isHigher ? rate < trial.rate * leastGain : rate < this.#best * enough) {
        this.#giveUp(trial);
        return;
      }
      this.#trial = undefined;
      this.#refused = 0;
    }
    if (this.#rest > 0) this.#rest -= 1;
    else this.#try(rate, waiting);
  }

  #try(rate: number, waiting: number): void {
    const next = this.#direction === "up" ? this.#higher(waiting) : this.#lower();
    if (next === this.#limit) {
      this.#turn();
      return;
    }
    this.#trial = { from: this.#limit, rate };
    this.#change(next);
  }

  #higher(waiting: number): number {
    const limit = this.#limit;
    const wanted = this.#isDoubling ? limit * 2 : Math.max(limit + 1, Math.round(limit * 1.25));
    return Math.min(wanted, limit + waiting);
  }

  #lower(): number {
    return Math.max(1, Math.min(this.#limit - 1, Math.floor(this.#limit * 0.8)));
  }

  #giveUp(trial: Trial): void {
    this.#trial = undefined;
    if (this.#isDoubling) this.#isDoubling = false;
    else this.#turn();
    this.#change(trial.from);
  }

  #turn(): void {
    this.#isDoubling = false;
    this.#direction = this.#direction === "up" ? "down" : "up";
    this.#refused += 1;
    if (this.#refused < 2) return;
    this.#refused = 0;
    this.#rest = settledFor;
  }

  #change(limit: number): void {
    this.#limit = limit;
    this.#changes += 1;
    this.#measureAnew();
  }

  #measureAnew(): void {
    this.#samples = 0;
    this.#tokens = 0;
    this.#ms = 0;
  }
}
