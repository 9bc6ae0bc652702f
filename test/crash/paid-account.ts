import type { Log } from "../../src/log/log.ts";
import { answerName } from "../../src/runtime/once.ts";
import { paidConcurrency } from "./configuration.ts";
import type { Asked, RemoteServer } from "./remote-server.ts";

const grader = { name: "paid-grade", version: "1.0.0" };

/**
 * What was paid against what may be paid: one call for every question, one for every question in flight at a kill, one for
 * every call that was refused. At a kill no more can be in flight than the stage has calls under way: an answer that was
 * used counts as had, whether or not it can be found again.
 */
export class PaidAccount {
  readonly #server: RemoteServer;
  /** Questions an uninterrupted run asks. */
  readonly needed: number;
  /** Question → calls that were not refused, as of the last kill. */
  #before = new Map<string, number>();
  #inFlight = 0;

  constructor(server: RemoteServer, needed: number) {
    this.#server = server;
    this.needed = needed;
  }

  /** Call it after each kill. Counts the questions of this life whose answer was not journaled. */
  async afterKill(log: Log): Promise<void> {
    await this.#server.hungUp();
    let unanswered = 0;
    const answered = new Map<string, number>();
    for (const [name, asked] of this.#server.asked) {
      const calls = asked.calls - asked.refused;
      answered.set(name, calls);
      if (calls === (this.#before.get(name) ?? 0)) continue;
      if ((await log.answers.get(answerName(grader, asked.key))) === undefined) unanswered++;
    }
    this.#before = answered;
    this.#inFlight += Math.min(unanswered, paidConcurrency);
  }

  get calls(): number {
    return total(this.#server, (asked) => asked.calls);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get refused(): number {
    return total(this.#server, (asked) => asked.refused);
  }

  /** Says so when an answer was bought twice; nothing otherwise. */
  problems(): readonly string[] {
    const allowed = this.needed + this.inFlight + this.refused;
    if (this.calls <= allowed) return [];
    return [
      `${this.calls} calls were paid, but only ${allowed} may be: ${this.needed} questions, ${this.inFlight} in flight at kills, ${this.refused} refused`,
    ];
  }
}

function total(server: RemoteServer, count: (asked: Asked) => number): number {
  return [...server.asked.values()].reduce((sum, asked) => sum + count(asked), 0);
}
