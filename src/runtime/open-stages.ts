import type { OperatorFunction } from "rxjs";
import { MagpieError, messageOf } from "../core/errors.ts";
import type { Model, Models } from "../core/model.ts";
import type { Context, Judgement, Logger, PurePhase, StatefulInstance } from "../core/plugin.ts";
import type { MagpieRecord, Measures } from "../core/record.ts";
import type { PipelineSegment } from "../core/segments.ts";
import type { Stage } from "../core/stage.ts";
import type { StageOptions } from "../core/stage-options.ts";
import type { CommittedState, Journal } from "../log/log.ts";
import { type BatchCaller, createBatchCaller } from "./batch-caller.ts";
import { createOnce } from "./once.ts";
import type { TaskObserver } from "./run-observer.ts";
import { recordRandom } from "./seeded-random.ts";
import { StagedState } from "./staged-state.ts";
import { filterStage } from "./stages/filter-stage.ts";
import { createExternalJudge, createJudge } from "./stages/judge.ts";
import type { OpenStage } from "./stages/open-stage.ts";
import { prepareStage } from "./stages/prepare-stage.ts";
import { statefulStage } from "./stages/stateful-stage.ts";
import { transformStage } from "./stages/transform-stage.ts";
import type { Work } from "./work.ts";
import type { Pool } from "./workers/pool.ts";
import { openProcessPool } from "./workers/process-pool.ts";
import { openWorkerPool } from "./workers/worker-pool.ts";

/** What stages need from their surroundings. */
export interface StageDeps {
  readonly plan: string;
  readonly state: CommittedState;
  readonly answers: Journal;
  /** Undefined where there are none to be had. */
  readonly models: Models | undefined;
  readonly logger: Logger;
  readonly cacheDir: string;
  /** Module exporting `loadPlugin(origin)`, for worker threads; without it, stages with `workers` are refused. */
  readonly loaderUrl: URL | undefined;
  /** In [0, 1): jitter of retries, never seen by a stage. */
  readonly jitter: () => number;
  readonly observer?: TaskObserver | undefined;
}

export interface OpenStages {
  readonly operator: OperatorFunction<Work, Work>;
  settle(sequence: number): void;
  close(): Promise<void>;
}

/** Which stages run, and up to which they are only prepared. */
export type StageRange = Pick<PipelineSegment, "first" | "end" | "prepares">;

type Closer = () => void | Promise<void>;

/** Has something closed when the pipeline ends; what was opened last is closed first. */
type OnClose = (closer: Closer) => void;

/**
 * Sets up the stages of a segment, in order, and the preparing of those that it prepares. When one fails, those before it are closed again. A stage that cannot be
 * closed keeps nothing else from being closed; it is logged.
 */
export async function openStages(
  stages: readonly Stage[],
  segment: StageRange,
  deps: StageDeps,
): Promise<OpenStages> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const open: OpenStage[] = [];
  try {
    for (let index = segment.first; index < segment.prepares; index++) {
      const stage = stages[index]!;
      const onClose: OnClose = (closer) => closers.push(() => closeLoudly(stage, closer, deps.logger));
      const openOne = index < segment.end ? openStage : openPreparing;
      open.push(await openOne(index, stage, deps, onClose));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    operator: (source) => open.reduce((work, stage) => work.pipe(stage.operator), source),
    settle: (sequence) => {
      for (const stage of open) stage.settle(sequence);
    },
    close,
  };
}

async function closeLoudly(stage: Stage, closer: Closer, logger: Logger): Promise<void> {
  try {
    await closer();
  } catch (error) {
    logger.error(`${nameOf(stage)} cannot be closed: ${messageOf(error)}`);
  }
}

function nameOf({ id, plugin }: Stage): string {
  return `stage ${id} (${plugin.meta.name}@${plugin.meta.version})`;
}

type Open = (index: number, stage: Stage, deps: StageDeps, onClose: OnClose) => Promise<OpenStage>;

const openStage: Open = (index, stage, deps, onClose) =>
  orSetupError(stage, async () => {
    const { plugin } = stage;
    switch (plugin.kind) {
      case "transform": {
        const caller = await callerFor<MagpieRecord>(stage, deps, onClose, async () => {
          const instance = await setUp(stage, deps, onClose, (context) =>
            plugin.setup(stage.config, context),
          );
          return (batch, signal) => instance.apply(batch, signal);
        });
        return transformStage(index, stage, caller);
      }
      case "filter": {
        const caller = await callerFor<Measures>(stage, deps, onClose, async () => {
          const instance = await setUp(stage, deps, onClose, (context) =>
            plugin.setup(stage.config, context),
          );
          return (batch, signal) => instance.measure(batch, signal) as ReturnType<PurePhase<Measures>>;
        });
        return filterStage(index, stage, createJudge(stage, plugin), caller);
      }
      case "external-transform": {
        const pool = await openProcessPool(stage, plugin, deps);
        return transformStage(index, stage, pooled<MagpieRecord>(pool, stage, deps, onClose));
      }
      case "external-filter": {
        const pool = await openProcessPool(stage, plugin, deps);
        const caller = pooled<Judgement>(pool, stage, deps, onClose);
        return filterStage(index, stage, createExternalJudge(stage, plugin), caller);
      }
      case "stateful": {
        // `admit` always runs here; only `prepare` may run in worker threads.
        const instance = (await setUp(stage, deps, onClose, (context) =>
          plugin.setup(stage.config, context),
        )) as StatefulInstance<Measures>;
        const state = new StagedState(stage.id, deps.state);
        await instance.restore?.(state);
        const caller = await callerFor<Uint8Array>(
          stage,
          deps,
          onClose,
          async () => (batch, signal) => instance.prepare(batch, signal),
        );
        const ended = new AbortController();
        onClose(() => {
          ended.abort();
          state.close();
        });
        return statefulStage(index, stage, plugin, instance, caller, state, ended.signal);
      }
    }
  });

const openPreparing: Open = (index, stage, deps, onClose) =>
  orSetupError(stage, async () => {
    const { plugin } = stage;
    if (plugin.kind !== "stateful") throw new TypeError(`${nameOf(stage)} prepares nothing`);
    const caller = await callerFor<Uint8Array>(stage, deps, onClose, async () => {
      const instance = await setUp(stage, deps, onClose, (context) => plugin.setup(stage.config, context));
      return (batch, signal) => instance.prepare(batch, signal);
    });
    return prepareStage(index, caller);
  });

async function orSetupError(stage: Stage, open: () => Promise<OpenStage>): Promise<OpenStage> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof MagpieError) throw error;
    throw new MagpieError("MGP_PLUGIN_SETUP", `${nameOf(stage)} cannot be set up: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Calls the pure phase here, or in worker threads when the stage asks for them. Ended before what it calls is closed. */
async function callerFor<T>(
  stage: Stage,
  deps: StageDeps,
  onClose: OnClose,
  here: () => Promise<PurePhase<T>>,
): Promise<BatchCaller<T>> {
  if (stage.options.workers === 0) {
    const phase = await here();
    return endingCaller(phase, stage, stage.options, deps, onClose);
  }
  if (deps.loaderUrl === undefined)
    throw new MagpieError(
      "MGP_CONFIG_INVALID",
      `stage ${stage.id}: worker threads need a pipeline that runs on a log`,
    );
  return pooled(await openWorkerPool(stage, { ...deps, loaderUrl: deps.loaderUrl }), stage, deps, onClose);
}

function pooled<T>(pool: Pool, stage: Stage, deps: StageDeps, onClose: OnClose): BatchCaller<T> {
  onClose(() => pool.close());
  return endingCaller(pool.phase as PurePhase<T>, stage, pool.options, deps, onClose);
}

/** A caller that ends when the stage closes. */
function endingCaller<T>(
  phase: PurePhase<T>,
  stage: Stage,
  options: StageOptions,
  deps: StageDeps,
  onClose: OnClose,
): BatchCaller<T> {
  const ended = new AbortController();
  const observer = deps.observer?.stage(stage.id);
  onClose(() => ended.abort());
  return createBatchCaller(phase, options, {
    random: deps.jitter,
    signal: ended.signal,
    onCall: () => observer?.calling(),
    onRetry: () => observer?.retrying(),
  });
}

async function setUp<I extends { close?(): void | Promise<void> }>(
  stage: Stage,
  deps: StageDeps,
  onClose: OnClose,
  setup: (context: Context) => I | Promise<I>,
): Promise<I> {
  const controller = new AbortController();
  const { name, version } = stage.plugin.meta;
  const observer = deps.observer?.stage(stage.id);
  const instance = await setup({
    logger: deps.logger,
    signal: controller.signal,
    cacheDir: deps.cacheDir,
    random: recordRandom(deps.plan, stage.id),
    once: createOnce(deps.answers, { name, version }, (source) => observer?.answered(source)),
    model: (model) => modelOf(stage, model, deps.models),
  });
  onClose(async () => {
    controller.abort();
    await instance.close?.();
  });
  return instance;
}

async function modelOf(stage: Stage, name: string, models: Models | undefined): Promise<Model> {
  if (models !== undefined) return models.open(name);
  throw new MagpieError(
    "MGP_MODEL_NOT_FOUND",
    `${nameOf(stage)} asks for the model ${JSON.stringify(name)}, and no models were given to run with`,
  );
}
