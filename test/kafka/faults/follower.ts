import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { pythonOf } from "../librdkafka.ts";

/** A record as the other client saw it, when it saw it. */
export interface Followed {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** `topic/partition/offset` of the input that it was made from; null for an input itself. */
  readonly source: string | null;
  readonly key: string | null;
}

/** Another client than ours, librdkafka, reading what is committed while it is being written. */
export class Follower {
  readonly #child;
  readonly #seen: Followed[] = [];
  readonly #ended: Promise<string | undefined>;

  constructor(brokers: readonly string[], topics: readonly string[]) {
    this.#child = spawn(pythonOf(process.env), [
      "test/kafka/librdkafka.py",
      "follow",
      brokers.join(),
      ...topics,
    ]);
    const lines = createInterface({ input: this.#child.stdout });
    lines.on("line", (line) => this.#seen.push(JSON.parse(line) as Followed));
    const read = new Promise<void>((resolve) => lines.once("close", resolve));
    const code = new Promise<number | null>((resolve) => this.#child.once("close", resolve));
    this.#ended = Promise.all([code, read, text(this.#child.stderr)]).then(([ended, , stderr]) =>
      ended === 0 ? undefined : `the follower ended with ${ended}: ${stderr}`,
    );
  }

  /** All it has seen by now, in the order it came. */
  get seen(): readonly Followed[] {
    return this.#seen;
  }

  /** Lets it read on to the ends of all topics, once nobody writes any more. Throws when it has failed. */
  async finish(): Promise<readonly Followed[]> {
    this.#child.stdin.end();
    const failure = await this.#ended;
    if (failure !== undefined) throw new Error(failure);
    return this.#seen;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
