import { curatedTopics, recordTopics, sideTopics } from "../core/pipeline.ts";
import type { Route } from "../core/route.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";

/** What pipelines read and write, and where that is said. */
export interface PipelineEnds {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: readonly Route[];
  readonly fromPath: (index: number) => Path;
  readonly toPath: (index: number) => Path;
}

/** Topics that cannot be used as they are: written by two pipelines, read in a circle, or not holding records. */
export function topologyFindings(pipelines: readonly PipelineEnds[]): readonly Finding[] {
  return [...outputClashes(pipelines), ...unreadableSources(pipelines), ...cycles(pipelines)];
}

/** One topic, one writer: `verify` and `reset` must know whose records a topic holds. */
function outputClashes(pipelines: readonly PipelineEnds[]): readonly Finding[] {
  const findings: Finding[] = [];
  const writers = new Map<string, string>();
  for (const pipeline of pipelines) {
    for (const topic of Object.values(sideTopics(pipeline.name))) writers.set(topic, pipeline.name);
  }
  for (const pipeline of pipelines) {
    const own = curatedTopics(pipeline);
    for (const [index, topic] of own.entries()) {
      const writer = writers.get(topic);
      if (own.indexOf(topic) < index)
        findings.push({
          path: pipeline.toPath(index),
          at: "value",
          message: `the topic ${JSON.stringify(topic)} is listed twice`,
          hint: "join the conditions with `or`",
        });
      else if (writer !== undefined)
        findings.push({
          path: pipeline.toPath(index),
          at: "value",
          message: `the pipeline ${JSON.stringify(writer)} already writes to the topic ${JSON.stringify(topic)}`,
          hint: "give every pipeline a topic of its own; a later pipeline can read several with a list in `from`",
        });
      else writers.set(topic, pipeline.name);
    }
  }
  return findings;
}

function unreadableSources(pipelines: readonly PipelineEnds[]): readonly Finding[] {
  const unreadable = new Map<string, string>();
  for (const pipeline of pipelines) {
    const { quarantine, plans } = sideTopics(pipeline.name);
    unreadable.set(
      quarantine,
      "what could not be judged; `magpie quarantine replay` appends the originals again",
    );
    unreadable.set(plans, "plans");
  }
  return pipelines.flatMap((pipeline) =>
    pipeline.from.flatMap((topic, index): readonly Finding[] => {
      const holds = unreadable.get(topic);
      if (holds === undefined) return [];
      const message = `the topic ${JSON.stringify(topic)} holds no records but ${holds}`;
      return [{ path: pipeline.fromPath(index), at: "value", message }];
    }),
  );
}

/** Each circle is told once, at the first of its pipelines. */
function cycles(pipelines: readonly PipelineEnds[]): readonly Finding[] {
  const findings: Finding[] = [];
  const told = new Set<PipelineEnds>();
  for (const pipeline of pipelines) {
    const circle = told.has(pipeline) ? undefined : shortestCircle(pipeline, pipelines);
    if (circle === undefined) continue;
    for (const member of circle) told.add(member);
    const last = circle.at(-1)!;
    const topic = pipeline.from.findIndex((source) => recordTopics(last).includes(source));
    const source = JSON.stringify(pipeline.from[topic]);
    const names = [...circle, pipeline].map((member) => member.name).join(" → ");
    const message =
      circle.length === 1
        ? `the pipeline reads its own output ${source}`
        : `the pipelines ${names} feed each other through ${source}`;
    findings.push({
      path: pipeline.fromPath(topic),
      at: "value",
      message,
      hint: "a record would go round without end",
    });
  }
  return findings;
}

function shortestCircle(
  start: PipelineEnds,
  pipelines: readonly PipelineEnds[],
): readonly PipelineEnds[] | undefined {
  const seen = new Set<PipelineEnds>();
  const paths: (readonly PipelineEnds[])[] = [[start]];
  for (const path of paths) {
    const last = path.at(-1)!;
    const readers = pipelines.filter((other) =>
      other.from.some((topic) => recordTopics(last).includes(topic)),
    );
    if (readers.includes(start)) return path;
    for (const reader of readers) {
      if (seen.has(reader)) continue;
      seen.add(reader);
      paths.push([...path, reader]);
    }
  }
  return undefined;
}
