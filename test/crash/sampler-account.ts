import { type CompletionsServer, isInstruction } from "./completions-server.ts";
import { concurrency } from "./sampler-workplace.ts";
import { withStore } from "./with-store.ts";

/**
 * What a recipe's questions cost against what they may cost: a call for each, and one more for each that was in flight at a kill, which is one
 * whose answer is not journaled. Of neither stage that asks more can be in flight than it has calls under way: an answer that was used
 * counts as had, whether or not it can be found again.
 */
export class SamplerAccount {
  readonly #server: CompletionsServer;
  /** Questions an uninterrupted run asks. */
  readonly needed: number;
  /** Request → calls, as of the last kill. */
  #before = new Map<string, number>();
  #inFlight = 0;

  constructor(server: CompletionsServer, needed: number) {
    this.#server = server;
    this.needed = needed;
  }

  /** Call it after each kill. */
  async afterKill(folder: string): Promise<void> {
    await this.#server.hungUp();
    const { answers } = await withStore(folder, "background", (log) => log.answers.size());
    const asked = [...this.#server.asked]
      .filter(([body, calls]) => calls > (this.#before.get(body) ?? 0))
      .map(([body]) => isInstruction((JSON.parse(body) as { readonly prompt: string }).prompt));
    const instructions = asked.filter((each) => each).length;
    const most = Math.min(instructions, concurrency) + Math.min(asked.length - instructions, concurrency);
    this.#inFlight += Math.min(this.#server.asked.size - answers, most);
    this.#before = new Map(this.#server.asked);
  }

  get calls(): number {
    return this.#server.calls;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Says so when an answer was bought twice, or not every question was asked; nothing otherwise. */
  problems(): readonly string[] {
    const allowed = this.needed + this.inFlight;
    const asked = this.#server.asked.size;
    return [
      ...(this.calls > allowed
        ? [
            `${this.calls} calls were paid, but only ${allowed} may be: ${this.needed} questions, ${this.inFlight} in flight at kills`,
          ]
        : []),
      ...(asked === this.needed ? [] : [`${asked} questions were asked, but there are ${this.needed}`]),
    ];
  }
}
