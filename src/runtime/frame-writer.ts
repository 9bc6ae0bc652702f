import type { Pipeline } from "../core/pipeline.ts";
import { fingerprintsOf } from "../core/plan.ts";
import { headers, type Output } from "../log/log.ts";
import { encodeFrame, type Frame, type PreparedStage } from "./frame.ts";
import type { ItemWriter } from "./outputs.ts";
import type { Item } from "./work.ts";

/** Turns items into the messages of an internal topic, for the next segment. What is decided travels as the output it comes to. */
export class FrameWriter implements ItemWriter {
  readonly #pipeline: Pipeline;
  readonly #fingerprints: { readonly [stage: string]: string };
  readonly #topic: string;
  readonly #outputs: ItemWriter;

  constructor(pipeline: Pipeline, topic: string, outputs: ItemWriter) {
    this.#pipeline = pipeline;
    this.#fingerprints = fingerprintsOf(pipeline);
    this.#topic = topic;
    this.#outputs = outputs;
  }

  write(item: Item, outputs: Output[]): void {
    const frame = item.fate === undefined ? this.#live(item) : this.#settled(item);
    outputs.push({
      topic: this.#topic,
      key: item.record?.id ?? item.source,
      value: encodeFrame(frame),
      headers: {
        [headers.source]: item.source,
        [headers.pipeline]: this.#pipeline.name,
        [headers.schema]: "magpie-frame/1",
        ...(item.original === item.source ? {} : { [headers.replayOf]: item.original }),
        ...item.trace,
      },
      timestamp: item.timestamp,
    });
  }

  #live({ record, streamTime, bytes, prepared, source }: Item): Frame {
    if (record === undefined) throw new Error(`${source} has neither a record nor a fate`);
    return { kind: "live", streamTime, record, bytes, prepared: this.#preparedOf(prepared) };
  }

  #preparedOf(prepared: Item["prepared"]): readonly PreparedStage[] {
    return [...(prepared ?? [])].map(([index, result]) => {
      const stage = this.#pipeline.stages[index]!.id;
      return { stage, fingerprint: this.#fingerprints[stage]!, result };
    });
  }

  #settled(item: Item): Frame {
    const written: Output[] = [];
    this.#outputs.write(item, written);
    const { topic, key, value, headers: given } = written[0]!;
    return {
      kind: "settled",
      streamTime: item.streamTime,
      topic,
      key: key!,
      schema: given![headers.schema]!,
      value,
    };
  }
}
