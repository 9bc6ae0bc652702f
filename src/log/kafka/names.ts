/** Names of what a Kafka log keeps for itself. All begin with the installation's name. */
export class KafkaNames {
  readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Of the group that shares a segment's tasks; of the producer that fences one, with its partition behind it. */
  segment(pipeline: string, segment: string): string {
    return `${this.prefix}.${pipeline}.${segment}`;
  }

  changelog(pipeline: string, segment: string): string {
    return `${this.segment(pipeline, segment)}.changelog`;
  }

  /** The segment whose changelog a topic is, if it is one of the pipeline's. */
  segmentOf(topic: string, pipeline: string): string | undefined {
    const start = `${this.prefix}.${pipeline}.`;
    if (!topic.startsWith(start)) return undefined;
    return /^([a-z0-9-]+)\.changelog$/.exec(topic.slice(start.length))?.[1];
  }

  get answers(): string {
    return `${this.prefix}.answers`;
  }
}
