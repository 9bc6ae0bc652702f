import { type Pipeline, recordTopics } from "../../core/pipeline.ts";

/** Pipelines such that each comes after those whose topics it reads. A configuration has no circles. */
export function inFlowOrder(pipelines: readonly Pipeline[]): readonly Pipeline[] {
  const ordered = new Set<Pipeline>();
  const visit = (pipeline: Pipeline): void => {
    if (ordered.has(pipeline)) return;
    for (const other of pipelines) if (feeds(other, pipeline)) visit(other);
    ordered.add(pipeline);
  };
  for (const pipeline of pipelines) visit(pipeline);
  return [...ordered];
}

function feeds(writer: Pipeline, reader: Pipeline): boolean {
  return recordTopics(writer).some((topic) => reader.from.includes(topic));
}
