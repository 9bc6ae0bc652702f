import { type Pipeline, recordTopics } from "../../core/pipeline.ts";

/** The pipeline of that name, and all that read, directly or not, what it writes. */
export function downstreamOf(name: string, pipelines: readonly Pipeline[]): readonly Pipeline[] {
  const found = pipelines.filter((pipeline) => pipeline.name === name);
  for (const pipeline of found) {
    const topics = recordTopics(pipeline);
    for (const other of pipelines)
      if (!found.includes(other) && other.from.some((topic) => topics.includes(topic))) found.push(other);
  }
  return found;
}
