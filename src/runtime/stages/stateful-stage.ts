import { concatMap, from, type Observable, of } from "rxjs";
import { MagpieError } from "../../core/errors.ts";
import type { StatefulInstance, StatefulPlugin } from "../../core/plugin.ts";
import type { At } from "../../core/position.ts";
import type { Measures } from "../../core/record.ts";
import type { Stage } from "../../core/stage.ts";
import { type BatchCaller, CallFailure } from "../batch-caller.ts";
import type { Prepared } from "../frame.ts";
import { inOrder } from "../operators/in-order.ts";
import { mapChunk } from "../operators/map-chunk.ts";
import type { StagedState } from "../staged-state.ts";
import { type LiveItem, liveItems, reject, type Work } from "../work.ts";
import { quarantineFailure } from "./failure.ts";
import { createJudge, type Judged } from "./judge.ts";
import type { OpenStage } from "./open-stage.ts";

interface Admission {
  readonly item: LiveItem;
  readonly prepared: Uint8Array;
}

interface PreparedWork {
  readonly work: Work;
  readonly admissions: readonly Admission[];
}

/**
 * A stage that remembers: `prepare` overlaps across chunks, then order is restored and `admit` runs one by one. When `ended`
 * aborts, nothing more is admitted: what `admit` works on is closed then.
 */
export function statefulStage(
  index: number,
  stage: Stage,
  plugin: StatefulPlugin,
  instance: StatefulInstance<Measures>,
  caller: BatchCaller<Uint8Array>,
  state: StagedState,
  ended: AbortSignal,
): OpenStage {
  const judge = createJudge(stage, plugin);

  const prepare = async (work: Work): Promise<PreparedWork> => {
    const items = liveItems(work);
    if (items.length === 0) return { work, admissions: [] };
    const results = await preparedFor(index, items, caller);
    const admissions: Admission[] = [];
    items.forEach((item, i) => {
      const prepared = results[i]!;
      item.prepared?.delete(index);
      if (prepared instanceof Uint8Array) admissions.push({ item, prepared });
      else quarantineFailure(item, index, stage.id, prepared instanceof CallFailure ? prepared : notBytes);
    });
    return { work, admissions };
  };

  /**
   * Admits a chunk whole. When one record throws, what the chunk staged is undone, that record alone is quarantined and the
   * others are admitted again: a half-done admission never stays in the state.
   */
  const admit = async ({ work, admissions }: PreparedWork): Promise<Work> => {
    let remaining = admissions;
    for (;;) {
      const judged = await admitEach(remaining);
      if (!(judged instanceof FailedAdmission)) {
        remaining.forEach(({ item }, i) => {
          settleItem(item, judged[i]!);
        });
        break;
      }
      state.discard();
      instance.rollback?.();
      quarantineFailure(judged.admission.item, index, stage.id, judged.error);
      remaining = remaining.filter((other) => other !== judged.admission);
    }
    instance.commit?.();
    work.writes.push(...state.seal(work.sequence));
    return work;
  };

  const admitEach = async (
    admissions: readonly Admission[],
  ): Promise<readonly Judged[] | FailedAdmission> => {
    const judged: Judged[] = [];
    for (const admission of admissions) {
      ended.throwIfAborted();
      const { item, prepared } = admission;
      try {
        const measures = instance.admit(prepared, item.record, at(item), state);
        // Awaiting a plain value would cost a promise per record.
        judged.push(judge(item.record, measures instanceof Promise ? await measures : measures));
      } catch (error) {
        return new FailedAdmission(admission, error);
      }
    }
    return judged;
  };

  const settleItem = (item: LiveItem, { record, verdict }: Judged): void => {
    item.record = record;
    if (!verdict.keep) reject(item, index, verdict.reasons);
  };

  const admitted = (prepared: PreparedWork): Observable<Work> =>
    prepared.admissions.length === 0 ? of(prepared.work) : from(admit(prepared));

  return {
    operator: (source) =>
      source.pipe(
        mapChunk(prepare),
        inOrder((prepared) => prepared.work.sequence),
        concatMap(admitted),
      ),
    settle: (sequence) => state.settle(sequence),
  };
}

/** What an earlier segment prepared, and the rest prepared now. */
async function preparedFor(
  index: number,
  items: readonly LiveItem[],
  caller: BatchCaller<Uint8Array>,
): Promise<readonly Prepared[]> {
  const missing = items.filter((item) => item.prepared?.has(index) !== true);
  const results = missing.length === 0 ? [] : await caller.call(missing.map((item) => item.record));
  let next = 0;
  return items.map((item) => item.prepared?.get(index) ?? results[next++]!);
}

const notBytes = new MagpieError("MGP_PLUGIN_RESULT", "prepare gave something other than bytes");

class FailedAdmission {
  readonly admission: Admission;
  readonly error: unknown;

  constructor(admission: Admission, error: unknown) {
    this.admission = admission;
    this.error = error;
  }
}

function at(item: LiveItem): At {
  return {
    topic: item.position.topic,
    partition: item.position.partition,
    offset: item.position.offset,
    streamTime: item.streamTime,
    original: item.original,
  };
}
