import { MagpieError, messageOf } from "../../core/errors.ts";
import type { Logger, PurePhase, Results } from "../../core/plugin.ts";
import type { MagpieRecord } from "../../core/record.ts";
import type { Stage } from "../../core/stage.ts";
import type { StageOptions } from "../../core/stage-options.ts";
import { abortableDelay } from "../abortable-delay.ts";
import { isSystemFailure } from "../call-failure.ts";
import { withTimeout } from "../with-timeout.ts";

const firstRespawnMs = 100;
const longestRespawnMs = 10_000;

/** Set-ups in a row that may fail when a member is replaced, before the stage fails: about 2 s. */
const mostFailedSetups = 4;

/** A copy of a plugin elsewhere: in a member, or in a program of its own. */
export interface Member {
  readonly alive: boolean;
  /** Resolves when it is gone, with what ended it. Never rejects. */
  readonly ended: Promise<MagpieError>;
  /** One batch at a time; aborting `signal` ends the member. */
  run(batch: readonly MagpieRecord[], signal: AbortSignal): Promise<Results<unknown>>;
  close(): Promise<void>;
}

export interface PoolDeps {
  readonly logger: Logger;
  /** What a member is, for people: `a worker thread`. */
  readonly member: string;
  /** Starts a member and sets it up; aborting `signal` ends it. */
  open(signal: AbortSignal): Promise<Member>;
}

export interface Pool {
  /**
   * The stage's pure phase (apply, measure or prepare) in whichever member is free; waits for one when none is. Rejects
   * with what the plugin threw; MGP_PLUGIN_CRASHED (may be tried again) when it ended; MGP_PLUGIN_TIMEOUT or the
   * signal's reason: then the member is ended, because nothing else stops a loop that never yields, and another takes its
   * place; MGP_PLUGIN_SETUP when no other can.
   */
  readonly phase: PurePhase<unknown>;
  /**
   * How a batch caller shall call `phase`: as many calls at once as there are members, and without a time-out, because the
   * pool counts the time from when a member begins; starting one is not the call's fault.
   */
  readonly options: StageOptions;
  /** Closes every member. Calls that wait or are under way reject: end the callers first. */
  close(): Promise<void>;
}

interface Waiter {
  give(member: Member): void;
  reject(error: unknown): void;
}

/**
 * Starts `stage.options.workers` members. One that ends is replaced after 100 ms, 200 ms, … (at most 10 s) while no call succeeds;
 * when its set-up then fails 4 times in a row, the stage fails. Throws MGP_PLUGIN_SETUP when a set-up fails.
 */
export async function openPool(stage: Stage, deps: PoolDeps): Promise<Pool> {
  const closed = new AbortController();
  const members = new Set<Member>();
  const idle: Member[] = [];
  const waiting: Waiter[] = [];
  let failures = 0;

  const spawn = async () => {
    const member = await deps.open(closed.signal);
    members.add(member);
    void member.ended.then((error) => replace(member, error));
    offer(member);
  };

  const offer = (member: Member) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(member);
    else next.give(member);
  };

  const replace = async (gone: Member, error: MagpieError) => {
    members.delete(gone);
    const index = idle.indexOf(gone);
    if (index !== -1) idle.splice(index, 1);
    let reason: unknown = error;
    for (let failedSetups = 0; failedSetups < mostFailedSetups; failedSetups++) {
      failures++;
      const delayMs = Math.min(longestRespawnMs, firstRespawnMs * 2 ** (failures - 1));
      if (!closed.signal.aborted)
        deps.logger.warn(`stage ${stage.id}: ${deps.member} is started again in ${delayMs} ms`, {
          error: messageOf(reason),
        });
      try {
        await abortableDelay(delayMs, closed.signal);
        await spawn();
        return;
      } catch (failure) {
        if (closed.signal.aborted) return;
        reason = failure;
      }
    }
    end(setupError(stage, deps.member, reason));
  };

  /** No calls from now on; those that wait for a member reject. */
  const end = (error?: MagpieError) => {
    closed.abort(error);
    for (const waiter of waiting.splice(0)) waiter.reject(closed.signal.reason);
  };

  const acquire = (signal: AbortSignal): Member | Promise<Member> => {
    const free = idle.pop();
    if (free !== undefined) return free;
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        give: (member) => {
          signal.removeEventListener("abort", leave);
          resolve(member);
        },
        reject: (error) => {
          signal.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal.addEventListener("abort", leave);
      waiting.push(waiter);
    });
  };

  const phase: PurePhase<unknown> = async (batch, signal) => {
    closed.signal.throwIfAborted();
    const member = await acquire(signal);
    try {
      closed.signal.throwIfAborted();
      const run = withTimeout((given, stop) => member.run(given, stop), stage.options.timeoutMs);
      const results = await run(batch, signal);
      failures = 0;
      return results;
    } finally {
      if (member.alive) offer(member);
    }
  };

  const close = async () => {
    end();
    await Promise.all([...members].map((member) => member.close()));
  };

  const spawned = await Promise.allSettled(Array.from({ length: stage.options.workers }, spawn));
  const failed = spawned.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw setupError(stage, deps.member, failed.reason);
  }
  const options = {
    ...stage.options,
    concurrency: stage.options.workers,
    timeoutMs: Number.POSITIVE_INFINITY,
  };
  return { phase, options, close };
}

/** Never one that is about records: they would be blamed for a program that does not start. */
function setupError(stage: Stage, member: string, error: unknown): MagpieError {
  const { name, version } = stage.plugin.meta;
  return isSystemFailure(error)
    ? error
    : new MagpieError(
        "MGP_PLUGIN_SETUP",
        `stage ${stage.id} (${name}@${version}) cannot be set up in ${member}: ${messageOf(error)}`,
        { cause: error },
      );
}
