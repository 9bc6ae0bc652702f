import { setMaxListeners } from "node:events";
import { maxTimerMs } from "../../core/limits.ts";
import type { Gate, Visit } from "./gate.ts";

/** Of all who were let in somewhere. */
export interface Entry {
  readonly gate: Gate;
  readonly visit: Visit;
}

/** The gates of servers that do the same. Who finds none open waits in one line for all of them, first come, first served. */
export class Gates {
  readonly #all: readonly Gate[];
  readonly #line = new Set<(entry: Entry) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(all: readonly Gate[]) {
    this.#all = all;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.size;
  }

  /** Waits for its turn, at the gate with the most room. Rejects with the signal's reason when that is aborted before. */
  enter(signal?: AbortSignal): Promise<Entry> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const letIn = (entry: Entry) => {
        signal?.removeEventListener("abort", leave);
        resolve(entry);
      };
      const leave = () => {
        this.#line.delete(letIn);
        this.#admit();
        reject(signal?.reason);
      };
      if (signal !== undefined) {
        // Many may wait for one signal: beyond ten Node would warn of a leak.
        setMaxListeners(0, signal);
        signal.addEventListener("abort", leave);
      }
      this.#line.add(letIn);
      this.#admit();
    });
  }

  leave(gate: Gate): void {
    gate.leave();
    this.#admit();
  }

  #admit(): void {
    clearTimeout(this.#timer);
    for (const letIn of this.#line) {
      const gate = this.#roomiest();
      if (gate === undefined) break;
      this.#line.delete(letIn);
      letIn({ gate, visit: gate.enter() });
    }
    if (this.#line.size > 0) this.#admitAfterRest();
  }

  #roomiest(): Gate | undefined {
    const open = this.#all.filter(({ load, restMs }) => load < 1 && restMs === 0);
    return open.reduce<Gate | undefined>(
      (best, gate) => (best === undefined || gate.load < best.load ? gate : best),
      undefined,
    );
  }

  /** Whoever leaves lets others in; where nobody is under way, nobody leaves. */
  #admitAfterRest(): void {
    const rests = this.#all.map(({ restMs }) => restMs).filter((ms) => ms > 0);
    if (rests.length === 0) return;
    this.#timer = setTimeout(() => this.#admit(), Math.min(maxTimerMs, ...rests));
  }
}
