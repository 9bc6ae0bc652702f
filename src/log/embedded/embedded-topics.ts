import type { PartitionOffsets, TopicAdmin, TopicInfo, TopicSettings } from "../log.ts";
import { checkPartitions } from "../topic-errors.ts";
import type { Environment } from "./environment.ts";
import { deleteTopic, newTopic, readTopic, topicInfo, withSettings, writeTopic } from "./topic-record.ts";

/** Topics of the store. */
export class EmbeddedTopics implements TopicAdmin {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async list(): Promise<readonly TopicInfo[]> {
    this.#environment.refresh();
    return [...this.#environment.topics.getRange({})].map(({ key, value }) =>
      topicInfo(key.toString("utf8"), JSON.parse(value.toString())),
    );
  }

  async get(topic: string): Promise<TopicInfo | undefined> {
    this.#environment.refresh();
    const record = readTopic(this.#environment, topic);
    return record && topicInfo(topic, record);
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[] | undefined> {
    const info = await this.get(topic);
    return info?.ranges.map((range) => ({ ...range, written: range.end }));
  }

  async ensure(topic: string, settings: TopicSettings): Promise<void> {
    await this.#environment.write(`creating topic ${topic}`, true, () => {
      const known = readTopic(this.#environment, topic);
      checkPartitions(topic, settings, known?.end.length ?? 0);
      const record =
        known === undefined ? newTopic(this.#environment, settings) : withSettings(known, settings);
      if (JSON.stringify(record) !== JSON.stringify(known)) writeTopic(this.#environment, topic, record);
    });
  }

  async delete(topic: string): Promise<void> {
    await this.#environment.write(`deleting topic ${topic}`, true, () =>
      deleteTopic(this.#environment, topic),
    );
  }
}
