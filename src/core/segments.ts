import type { Pipeline } from "./pipeline.ts";
import type { Stage } from "./stage.ts";

/**
 * A part of a pipeline that runs as one task per partition. Where the log has one order over all topics the whole pipeline is one.
 * Elsewhere stateful stages need an order: *serial* segments read an order topic with one partition, so that one task admits;
 * *parallel* ones read as many partitions as there are.
 */
export interface PipelineSegment {
  /** Unique in its pipeline; stays the same when stages are edited, as long as there are as many segments before it. */
  readonly name: string;
  readonly kind: "whole" | "parallel" | "serial";
  readonly sources: readonly string[];
  /** Whether its sources are what another segment forwards. */
  readonly resumes: boolean;
  /** Index of its first stage, and the one after its last. */
  readonly first: number;
  readonly end: number;
  /** Stateful stages from `end` up to this index are prepared here, because here is where many tasks run. */
  readonly prepares: number;
  /** The internal topic that the next segment reads; undefined for the last one, which writes the outputs. */
  readonly into: InternalTopic | undefined;
}

export interface InternalTopic {
  readonly name: string;
  /** `order`: one partition; `fan-out`: as many as the first curated topic. */
  readonly partitions: "order" | "fan-out";
}

/** The segments of a pipeline, in order. `prefix`: of the names of internal topics; undefined where the log needs no segments. */
export function segmentsOf(
  pipeline: Pipeline,
  prefix: string | undefined,
): readonly [PipelineSegment, ...PipelineSegment[]] {
  const { stages, from } = pipeline;
  const count = stages.length;
  if (prefix === undefined)
    return [
      {
        name: "main",
        kind: "whole",
        sources: from,
        resumes: false,
        first: 0,
        end: count,
        prepares: count,
        into: undefined,
      },
    ];
  const cuts = cutsOf(stages);
  const topicOf = (i: number) => internalTopic(prefix, pipeline.name, i);
  const segment = (i: number): PipelineSegment => {
    const [first, end] = [cuts[i]!, cuts[i + 1]!];
    const isLast = i + 2 === cuts.length;
    const isSerial = i % 2 === 1;
    return {
      name: segmentName(i),
      kind: isSerial ? "serial" : "parallel",
      sources: i === 0 ? from : [topicOf(i)],
      resumes: i > 0,
      first,
      end,
      prepares: isSerial ? end : endOfRun(stages, end),
      into: isLast ? undefined : { name: topicOf(i + 1), partitions: isSerial ? "fan-out" : "order" },
    };
  };
  const [head, ...rest] = cuts.slice(1).map((_, i) => segment(i));
  return [head!, ...rest];
}

/** Of the segment with this number, from 0: parallel and serial ones take turns. */
function segmentName(number: number): string {
  return number % 2 === 0 ? `parallel-${number / 2 + 1}` : `order-${(number + 1) / 2}`;
}

/** The topic that the segment with this number, from 1, reads. */
export function internalTopic(prefix: string, pipeline: string, number: number): string {
  return `${prefix}.${pipeline}.${segmentName(number)}`;
}

/** Where parallel and serial segments begin, in turn, and the end: the first serial one at the first stateful stage, and so on. */
function cutsOf(stages: readonly Stage[]): readonly number[] {
  const cuts = [0];
  for (let i = 0; i < stages.length; i++) {
    const isSerial = cuts.length % 2 === 0;
    if (isSerial ? isSlow(stages[i]!) : stages[i]!.plugin.kind === "stateful") cuts.push(i);
  }
  return [...cuts, stages.length];
}

/** A stage without state that should not wait in line behind one task. */
function isSlow({ plugin, options }: Stage): boolean {
  return plugin.kind !== "stateful" && (plugin.meta.slow === true || options.workers > 0);
}

function endOfRun(stages: readonly Stage[], start: number): number {
  let end = start;
  while (stages[end]?.plugin.kind === "stateful") end++;
  return end;
}

/** All internal topics of a pipeline. */
export function internalTopics(segments: readonly PipelineSegment[]): readonly InternalTopic[] {
  return segments.flatMap(({ into }) => (into === undefined ? [] : [into]));
}
