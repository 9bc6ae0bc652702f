import { MagpieError } from "../../core/errors.ts";
import type { PartitionOffsets, Retention, TopicAdmin, TopicInfo, TopicSettings } from "../log.ts";
import { checkPartitions } from "../topic-errors.ts";
import type { KafkaAdmin } from "./kafka-admin.ts";
import type { TopicConfig } from "./topic-config.ts";

const forEver = "-1";
const maxMessageBytes = "max.message.bytes";

/** Topics of a cluster. Kafka's own, and changelogs, are not among those listed. */
export class KafkaTopics implements TopicAdmin {
  readonly #admin: KafkaAdmin;
  /** The largest message that topics made here take. */
  readonly #maxMessageBytes: number;
  readonly #isOwn: (topic: string) => boolean;

  constructor(admin: KafkaAdmin, maxMessageBytes: number, isOwn: (topic: string) => boolean) {
    this.#admin = admin;
    this.#maxMessageBytes = maxMessageBytes;
    this.#isOwn = isOwn;
  }

  async list(): Promise<readonly TopicInfo[]> {
    const names = (await this.#admin.list()).filter((name) => !this.#isOwn(name));
    const infos = await Promise.all(names.map((name) => this.get(name)));
    return infos.filter((info) => info !== undefined);
  }

  async get(topic: string): Promise<TopicInfo | undefined> {
    if ((await this.#admin.partitions(topic)) === undefined) return undefined;
    try {
      const [ranges, { own, effective }, bytes] = await Promise.all([
        this.#admin.settledRanges(topic),
        this.#admin.describeConfig(topic),
        this.#admin.bytes(topic),
      ]);
      const retention = retentionOf(own, ranges.length);
      return {
        name: topic,
        partitions: ranges.length,
        ...(retention === undefined ? {} : { retention }),
        maxMessageBytes: Number(effective[maxMessageBytes]),
        bytes: bytes ?? 0,
        ranges,
      };
    } catch (error) {
      return undefinedWhenDeleted(error);
    }
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[] | undefined> {
    if ((await this.#admin.partitions(topic)) === undefined) return undefined;
    try {
      const [ranges, written] = await Promise.all([this.#admin.ranges(topic), this.#admin.written(topic)]);
      // Asked at the same time, not as one: what came in between is not counted as undecided.
      return ranges.map((range) => ({ ...range, written: later(written.get(range.partition), range.end) }));
    } catch (error) {
      return undefinedWhenDeleted(error);
    }
  }

  async ensure(topic: string, settings: TopicSettings): Promise<void> {
    const existing = (await this.#admin.partitions(topic)) ?? 0;
    checkPartitions(topic, settings, existing);
    const config = retentionConfig(settings);
    if (existing === 0) {
      const largest = { [maxMessageBytes]: String(this.#maxMessageBytes) };
      await this.#admin.create(topic, settings.partitions, { ...largest, ...config });
      return;
    }
    if (existing < settings.partitions) await this.#admin.addPartitions(topic, settings.partitions);
    const { own, effective } = await this.#admin.describeConfig(topic);
    const changes = Object.entries(config).filter(([name, value]) => own[name] !== value);
    if (Number(effective[maxMessageBytes]) < this.#maxMessageBytes)
      changes.push([maxMessageBytes, String(this.#maxMessageBytes)]);
    if (changes.length > 0) await this.#admin.changeConfig(topic, Object.fromEntries(changes));
  }

  async delete(topic: string): Promise<void> {
    await this.#admin.delete(topic);
  }
}

/** A topic may be deleted between two questions about it. */
function undefinedWhenDeleted(error: unknown): undefined {
  if (error instanceof MagpieError && error.code === "MGP_TOPIC_UNKNOWN") return undefined;
  throw error;
}

function later(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a > b ? a : b;
}

/** Kafka's retention by size is one partition's. */
function retentionConfig({ partitions, retention }: TopicSettings): TopicConfig {
  return {
    "retention.ms": retention?.ageMs === undefined ? forEver : String(retention.ageMs),
    "retention.bytes":
      retention?.bytes === undefined ? forEver : String(Math.ceil(retention.bytes / partitions)),
  };
}

function retentionOf(own: TopicConfig, partitions: number): Retention | undefined {
  const ageMs = own["retention.ms"];
  const bytes = own["retention.bytes"];
  const retention: Retention = {
    ...(ageMs === undefined || ageMs === forEver ? {} : { ageMs: Number(ageMs) }),
    ...(bytes === undefined || bytes === forEver ? {} : { bytes: Number(bytes) * partitions }),
  };
  return Object.keys(retention).length === 0 ? undefined : retention;
}
