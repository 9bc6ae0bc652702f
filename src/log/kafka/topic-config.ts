import type { Broker } from "./kafkajs.ts";

const topicResource = 2;
/** Where a value comes from, as brokers number it: set for the topic itself. */
const setForTopic = 1;

/** Settings of a topic by Kafka's names, such as `retention.ms`. */
export type TopicConfig = { readonly [name: string]: string };

export interface DescribedConfig {
  /** What is in force, defaults included. */
  readonly effective: TopicConfig;
  /** What was set for this topic. */
  readonly own: TopicConfig;
}

export async function describeConfig(broker: Broker, topic: string): Promise<DescribedConfig> {
  const { resources } = await broker.describeConfigs({ resources: [{ type: topicResource, name: topic }] });
  const entries = resources.flatMap(({ configEntries }) => configEntries);
  const pairs = (kept: typeof entries) =>
    Object.fromEntries(kept.map(({ configName, configValue }) => [configName, configValue]));
  return {
    effective: pairs(entries),
    own: pairs(entries.filter(({ configSource }) => configSource === setForTopic)),
  };
}

/** Sets these and leaves the others; undefined goes back to the default. */
export async function changeConfig(
  broker: Broker,
  topic: string,
  changes: { readonly [name: string]: string | undefined },
): Promise<void> {
  // Fault: the request KafkaJS has (AlterConfigs) replaces all that is set for a topic and so resets what it does not name.
  const { own } = await describeConfig(broker, topic);
  const configEntries = Object.entries({ ...own, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : { name, value },
  );
  await broker.alterConfigs({ resources: [{ type: topicResource, name: topic, configEntries }] });
}
