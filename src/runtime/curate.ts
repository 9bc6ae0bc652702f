import { concatMap, map, mergeMap, Observable, type OperatorFunction, Subject, tap } from "rxjs";
import { MagpieError } from "../core/errors.ts";
import { maxChunkRecords } from "../core/limits.ts";
import type { Models } from "../core/model.ts";
import type { QuarantineEntry, RejectedRecord } from "../core/outcome.ts";
import { planHash, planOf } from "../core/plan.ts";
import type { Logger } from "../core/plugin.ts";
import { formatPosition } from "../core/position.ts";
import type { MagpieRecord } from "../core/record.ts";
import { silentLogger } from "../core/silent-logger.ts";
import type { Stage } from "../core/stage.ts";
import { createMemoryLog } from "../log/memory/memory-log.ts";
import { MemoryState } from "../log/memory/memory-state.ts";
import { openStages } from "./open-stages.ts";
import { gather } from "./operators/gather.ts";
import { inOrder } from "./operators/in-order.ts";
import { curatedRecord, quarantineEntry, rejectedRecord } from "./outputs.ts";
import type { Item, Work } from "./work.ts";

/** What became of one record. */
export type Outcome =
  | { readonly kind: "curated"; readonly record: MagpieRecord }
  | { readonly kind: "rejected"; readonly record: RejectedRecord }
  | { readonly kind: "quarantined"; readonly entry: QuarantineEntry };

export interface CurateOptions {
  /** Records under way at most; one more is the error MGP_CURATE_PENDING. Default 8,192. */
  readonly maxPending?: number;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** A directory for what plugins may rebuild. Default: none, the empty string. */
  readonly cacheDir?: string;
  /** What stages are given that ask for a model. Default: none. */
  readonly models?: Models;
}

const defaultMaxPending = 8_192;

/**
 * The stages as an operator, for observables of your own: one outcome per record, in order. State lives in memory, nothing is
 * committed. An observable cannot be held back, so more than `maxPending` records under way are an error (MGP_CURATE_PENDING);
 * use {@link curateFrom} for a source that can wait. Stages with `workers` are refused.
 */
export function curate(
  stages: readonly Stage[],
  options: CurateOptions = {},
): OperatorFunction<MagpieRecord, Outcome> {
  const { maxPending = defaultMaxPending } = options;
  return (source) =>
    new Observable((subscriber) => {
      const state = new MemoryState();
      const plan = planHash(planOf({ name: "curate", from: [], to: [{ topic: "" }], stages }));
      const work$ = new Subject<Work>();
      let pending = 0;
      let offset = 0n;
      let streamTime = 0;
      let sequence = 0;

      const admit = () => {
        if (++pending > maxPending) throw tooManyPending(maxPending);
      };
      const toItem = (record: MagpieRecord): Item => {
        streamTime = Math.max(streamTime, record.provenance.created ?? 0);
        return itemOf(record, offset++, streamTime);
      };
      const toWork = (records: readonly MagpieRecord[]): Work => ({
        sequence: sequence++,
        items: records.map(toItem),
        records: records.length,
        bytes: 0,
        ends: new Map(),
        writes: [],
      });

      const opened = openStages(
        stages,
        { first: 0, end: stages.length, prepares: stages.length },
        {
          plan,
          state,
          answers: createMemoryLog().answers,
          models: options.models,
          logger: options.logger ?? silentLogger,
          cacheDir: options.cacheDir ?? "",
          loaderUrl: undefined,
          jitter: Math.random,
        },
      );
      const ready = opened.then((open) => {
        const outcomes = work$.pipe(
          open.operator,
          inOrder((work) => work.sequence),
          tap((work) => {
            for (const write of work.writes) state.apply(write);
            open.settle(work.sequence);
          }),
          mergeMap((work) => work.items.map((item) => outcomeOf(item, stages, plan))),
          tap(() => pending--),
        );
        subscriber.add(outcomes.subscribe(subscriber));
      });
      subscriber.add(
        source
          .pipe(
            tap(admit),
            gather(maxChunkRecords),
            concatMap((records) => ready.then(() => records)),
            map(toWork),
          )
          .subscribe({
            next: (work) => work$.next(work),
            error: (error) => subscriber.error(error),
            complete: () =>
              ready.then(
                () => work$.complete(),
                () => {},
              ),
          }),
      );
      ready.catch((error) => subscriber.error(error));
      subscriber.add(() => {
        opened.then(
          (open) => open.close(),
          () => {},
        );
      });
    });
}

function itemOf(record: MagpieRecord, offset: bigint, streamTime: number): Item {
  const position = { topic: "curate", partition: 0, offset };
  const source = formatPosition(position);
  return {
    position,
    source,
    original: source,
    get bytes() {
      return Buffer.from(JSON.stringify(record));
    },
    trace: undefined,
    timestamp: 0,
    streamTime,
    record,
    fate: undefined,
  };
}

function outcomeOf(item: Item, stages: readonly Stage[], plan: string): Outcome {
  const { fate } = item;
  if (fate?.kind === "settled")
    throw new Error("there is no earlier segment that could have settled anything");
  const judged = item as Item & { readonly record: MagpieRecord };
  if (fate === undefined) return { kind: "curated", record: curatedRecord(judged, plan) };
  return fate.kind === "rejected"
    ? { kind: "rejected", record: rejectedRecord(judged, plan, stages, fate) }
    : { kind: "quarantined", entry: quarantineEntry(item, stages[fate.stage], fate) };
}

function tooManyPending(maxPending: number): MagpieError {
  return new MagpieError(
    "MGP_CURATE_PENDING",
    `more than ${maxPending} records are under way: the source pushes faster than the stages work; slow it down, raise maxPending, or use curateFrom with a source that can wait`,
  );
}
