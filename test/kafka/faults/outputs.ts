import { createHash } from "node:crypto";
import { canonicalJson } from "../../../src/core/json.ts";
import { curatedTopics, type Pipeline, sideTopics } from "../../../src/core/pipeline.ts";
import { segmentsOf } from "../../../src/core/segments.ts";
import { headers, type Log } from "../../../src/log/log.ts";
import { partitionFor } from "../../../src/log/partition-for.ts";

/** An output, without its offset: a cluster's have gaps. */
export interface FoundOutput {
  readonly source: string;
  /** Of key, headers, timestamp and value. */
  readonly digest: string;
}

/** The outputs of a pipeline by the order they must have: what one task wrote to one partition is in order. */
export type OrderedOutputs = ReadonlyMap<string, readonly FoundOutput[]>;

/** The topics each input of a pipeline must be in exactly one of. */
export function placesOf(pipeline: Pipeline): readonly string[] {
  const { rejected, quarantine } = sideTopics(pipeline.name);
  return [...curatedTopics(pipeline), rejected, quarantine];
}

/**
 * All outputs of a pipeline in a log. `prefix` and `width` say how a cluster divides it: where the last segment is parallel, each
 * of its tasks has a share of the keys, and their outputs have an order among themselves only.
 */
export async function outputsOf(
  log: Log,
  pipeline: Pipeline,
  { prefix, width }: { readonly prefix: string; readonly width: number },
): Promise<OrderedOutputs> {
  const isShared = segmentsOf(pipeline, prefix).length > 2;
  const outputs = new Map<string, FoundOutput[]>();
  for (const topic of placesOf(pipeline))
    for await (const { key, value, headers: named, timestamp, position } of log.scan(topic)) {
      const task = isShared ? partitionFor(key ?? "", width) : 0;
      const place = `${topic}/${position.partition} by task ${task}`;
      const list = outputs.get(place) ?? [];
      outputs.set(place, list);
      const digest = createHash("sha256")
        .update(canonicalJson({ key: key ?? null, headers: named, timestamp }))
        .update(value)
        .digest("hex");
      list.push({ source: named[headers.source] ?? "", digest });
    }
  return outputs;
}

/** How outputs differ from those expected. */
export interface OutputDifferences {
  /** Inputs that have no output. */
  readonly lost: readonly string[];
  /** Inputs with another output besides their first, once for each. */
  readonly doubled: readonly string[];
  /** Inputs with another output than expected, or elsewhere. */
  readonly changed: readonly string[];
  /** Inputs with the right output at another place in the order. */
  readonly reordered: readonly string[];
}

export function compareOutputs(expected: OrderedOutputs, found: OrderedOutputs): OutputDifferences {
  const wanted = bySource(expected);
  const got = bySource(found);
  const lost: string[] = [];
  const changed: string[] = [];
  for (const [source, outputs] of wanted) {
    const other = got.get(source);
    if (other === undefined) lost.push(source);
    else if (other[0] !== outputs[0]) changed.push(source);
  }
  for (const source of got.keys()) if (!wanted.has(source)) changed.push(source);
  const doubled = [...got].flatMap(([source, outputs]) => outputs.slice(1).map(() => source));
  const reordered = [...expected].flatMap(([place, outputs]) =>
    lost.length + changed.length + doubled.length > 0 ? [] : outOfOrder(outputs, found.get(place) ?? []),
  );
  return { lost, doubled, changed, reordered };
}

function outOfOrder(expected: readonly FoundOutput[], found: readonly FoundOutput[]): readonly string[] {
  return found.flatMap(({ source }, i) => (expected[i]?.source === source ? [] : source));
}

/** Source → where each of its outputs is, and its digest. */
function bySource(outputs: OrderedOutputs): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const [place, list] of outputs)
    for (const { source, digest } of list) {
      const all = sources.get(source) ?? [];
      sources.set(source, all);
      all.push(`${place} ${digest}`);
    }
  return sources;
}
