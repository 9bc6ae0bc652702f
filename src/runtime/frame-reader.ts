import { MagpieError } from "../core/errors.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { fingerprintsOf } from "../core/plan.ts";
import { formatPosition, type Position, parsePosition } from "../core/position.ts";
import { headers, type Output, type StoredMessage } from "../log/log.ts";
import { decodeFrame, type Frame, type Prepared } from "./frame.ts";
import { traceOf } from "./trace-context.ts";
import type { Item } from "./work.ts";

/** Reads what the segment before has forwarded, and advances stream time in the order it is read. */
export class FrameReader {
  readonly #pipeline: Pipeline;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #fingerprints: { readonly [stage: string]: string };
  #streamTime: number;

  constructor(pipeline: Pipeline, streamTime: number) {
    this.#pipeline = pipeline;
    this.#indices = new Map(pipeline.stages.map((stage, index) => [stage.id, index]));
    this.#fingerprints = fingerprintsOf(pipeline);
    this.#streamTime = streamTime;
  }

  read(message: StoredMessage): Item {
    const where = formatPosition(message.position);
    const frame = decodeFrame(message.value, where);
    const source = message.headers[headers.source] ?? "";
    const position = parsePosition(source);
    if (position === undefined)
      throw new MagpieError("MGP_FRAME_DAMAGED", `${where} does not say which input it was made from`);
    this.#streamTime = Math.max(this.#streamTime, frame.streamTime);
    const common = {
      position,
      source,
      original: message.headers[headers.replayOf] ?? source,
      timestamp: message.timestamp,
      streamTime: this.#streamTime,
      trace: traceOf(message.headers),
    };
    return frame.kind === "settled"
      ? this.#settled(common, frame)
      : {
          ...common,
          bytes: frame.bytes,
          record: frame.record,
          prepared: this.#prepared(frame.prepared),
          fate: undefined,
        };
  }

  #settled(common: CommonItem, frame: Extract<Frame, { kind: "settled" }>): Item {
    const { topic, key, schema, value } = frame;
    const output: Output = {
      topic,
      key,
      value,
      headers: {
        [headers.source]: common.source,
        [headers.pipeline]: this.#pipeline.name,
        [headers.schema]: schema,
        ...common.trace,
      },
      timestamp: common.timestamp,
    };
    return { ...common, bytes: value, record: undefined, fate: { kind: "settled", stage: -1, output } };
  }

  #prepared(given: Extract<Frame, { kind: "live" }>["prepared"]): Map<number, Prepared> {
    const prepared = new Map<number, Prepared>();
    for (const { stage, fingerprint, result } of given) {
      const index = this.#indices.get(stage);
      if (index !== undefined && this.#fingerprints[stage] === fingerprint) prepared.set(index, result);
    }
    return prepared;
  }
}

interface CommonItem {
  readonly position: Position;
  readonly source: string;
  readonly original: string;
  readonly timestamp: number;
  readonly streamTime: number;
  readonly trace: Item["trace"];
}
