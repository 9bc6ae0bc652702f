import { type At, formatPosition } from "../../src/core/position.ts";
import type { MagpieRecord } from "../../src/core/record.ts";

const topic = "sample.raw";
const startedAt = Date.UTC(2026, 0, 1);

/**
 * A text as it reaches the stage: a record with its position in the log. One is filled again and again, so that what is measured has
 * not to collect the objects of inputs.
 */
export class Input {
  readonly #turn = { role: "user" as const, content: "" };
  readonly #provenance = { created: 0, source: "", sampler: "bench", ticket: "" };
  readonly #at = { topic, partition: 0, offset: 0n, streamTime: 0, original: "" };
  readonly #record = {
    id: "",
    turns: [this.#turn],
    provenance: this.#provenance,
    measures: {},
    tags: {},
    extra: {},
  };

  get record(): MagpieRecord {
    return this.#record;
  }

  get at(): At {
    return this.#at;
  }

  /** Text `k` of the run. */
  fill(text: string, k: number): void {
    this.#at.offset = BigInt(k);
    this.#at.streamTime = startedAt + k;
    this.#at.original = formatPosition(this.#at);
    this.#turn.content = text;
    this.#provenance.created = startedAt + k;
    this.#provenance.source = this.#at.original;
    this.#provenance.ticket = `bench/${k}`;
    this.#record.id = `sample-${k}`;
  }
}
