import { concatMap, defer, exhaustMap, from, type Observable, takeWhile, timer } from "rxjs";
import type { Pipeline } from "../../core/pipeline.ts";
import type { Logger } from "../../core/plugin.ts";
import { type Sampler, ticketTopic } from "../../core/sampler.ts";
import { headers, type Log, type Message } from "../../log/log.ts";
import { countDrawn, readStanding, type Standing } from "./read-standing.ts";
import { type Due, ticketsDue } from "./tickets-due.ts";

export interface DrawOptions {
  readonly log: Log;
  readonly sampler: Sampler;
  /** All of the configuration: those that come after the sampler say when it has drawn enough. */
  readonly pipelines: readonly Pipeline[];
  readonly logger: Logger;
  /** Milliseconds since 1970: when a ticket was drawn, which is when its record was created. */
  readonly now: () => number;
}

/** Milliseconds after which it is looked at again whether tickets are due. */
const everyMs = 250;

/**
 * Appends tickets as long as the target wants more: enough that the sampler's pipeline never waits for one, and not more, so that little
 * is drawn beyond the target. Completes when no more will be drawn; errors with the log's errors.
 */
export function drawTickets({ log, sampler, pipelines, logger, now }: DrawOptions): Observable<Due> {
  return defer(() => from(countDrawn(log, sampler))).pipe(
    concatMap((before) => {
      let appended = 0;
      let waitsFor: string | undefined;
      const openNow = async ({ settled }: Standing) => {
        const open = before.open + appended - (settled - before.settled);
        // Below zero: other processes draw for this sampler too, and theirs were settled as well.
        return open >= 0 ? open : (await countDrawn(log, sampler)).open;
      };
      const look = async (): Promise<Due> => {
        const standing = await readStanding(log, sampler, pipelines);
        const due = ticketsDue(sampler, standing, await openNow(standing));
        if (due.kind === "draw" && due.tickets > 0) {
          await log.append(ticketTopic(sampler.name), tickets(sampler, due.tickets, now()));
          appended += due.tickets;
        }
        const waiting = due.kind === "wait" ? due.pipeline : undefined;
        if (waiting !== undefined && waiting !== waitsFor)
          logger.info(
            `sampler ${sampler.name} waits: the pipeline ${waiting} has more than ${sampler.maxBacklog} records to read`,
          );
        waitsFor = waiting;
        return due;
      };
      return timer(0, everyMs).pipe(exhaustMap(look));
    }),
    takeWhile(({ kind }) => kind !== "done", true),
  );
}

function tickets(sampler: Sampler, count: number, created: number): readonly Message[] {
  const value = Buffer.from(JSON.stringify({ turns: [], provenance: { created, sampler: sampler.name } }));
  return Array.from({ length: count }, () => ({ value, headers: { [headers.schema]: "magpie-record/1" } }));
}
