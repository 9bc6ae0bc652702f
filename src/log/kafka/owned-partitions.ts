import { isDeepStrictEqual } from "node:util";
import { distinctUntilChanged, Observable } from "rxjs";
import { type Group, GroupSession } from "./group-session.ts";
import type { KafkaConfig } from "./kafka-config.ts";

/**
 * The partitions this process shall work on, again whenever that changes; empty when it was put out of the group. It is a member
 * as long as somebody is subscribed. Nothing depends on two processes never having the same partition: opening a task fences.
 * Errors: MGP_TOPIC_UNKNOWN, MGP_LOG_UNAVAILABLE (only before it has joined for the first time), MGP_LOG_AUTHENTICATION,
 * MGP_LOG_UNAUTHORIZED.
 */
export function ownedPartitions(config: KafkaConfig, group: Group): Observable<readonly number[]> {
  return new Observable<readonly number[]>((subscriber) => {
    const stop = new AbortController();
    const session = new GroupSession(config, group, (owned) => subscriber.next(owned));
    session.run(stop.signal).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => stop.abort();
  }).pipe(distinctUntilChanged((a, b) => isDeepStrictEqual(a, b)));
}
