import { MagpieError } from "../../core/errors.ts";
import type { KafkaAdmin } from "./kafka-admin.ts";
import { defaultMaxBatchBytes } from "./transactional-producer.ts";

/** Milliseconds after which a topic is looked at again. */
const validMs = 60_000;

/** Bytes that a batch stays below what its topic takes. */
const margin = 4_096;

interface Facts {
  readonly partitions: number;
  /** The largest batch its brokers take, less a margin. */
  readonly maxBatchBytes: number;
  readonly at: number;
}

/** What must be known of a topic to write to it, asked now and then. */
export class TopicFacts {
  readonly #admin: KafkaAdmin;
  readonly #now: () => number;
  readonly #known = new Map<string, Facts>();

  constructor(admin: KafkaAdmin, now: () => number) {
    this.#admin = admin;
    this.#now = now;
  }

  /** Throws MGP_TOPIC_UNKNOWN. */
  async partitions(topic: string): Promise<number> {
    const known = this.#known.get(topic);
    if (known !== undefined && this.#now() - known.at < validMs) return known.partitions;
    const partitions = await this.#admin.partitions(topic);
    if (partitions === undefined)
      throw new MagpieError(
        "MGP_TOPIC_UNKNOWN",
        `there is no topic ${topic} on the cluster; make it with \`magpie topics apply\``,
      );
    this.#known.set(topic, {
      partitions,
      maxBatchBytes: await this.#askMaxBatchBytes(topic),
      at: this.#now(),
    });
    return partitions;
  }

  /** As far as it is known by now. */
  maxBatchBytes(topic: string): number {
    return this.#known.get(topic)?.maxBatchBytes ?? defaultMaxBatchBytes;
  }

  /** What is known may be wrong: ask again. */
  forget(): void {
    this.#known.clear();
  }

  async #askMaxBatchBytes(topic: string): Promise<number> {
    try {
      const { effective } = await this.#admin.describeConfig(topic);
      const bytes = Number(effective["max.message.bytes"]);
      return Number.isFinite(bytes) ? Math.max(1, bytes - margin) : defaultMaxBatchBytes;
    } catch (error) {
      // Users who may write need not be allowed to see settings.
      if (error instanceof MagpieError && error.code === "MGP_LOG_UNAUTHORIZED") return defaultMaxBatchBytes;
      throw error;
    }
  }
}
