import { CallFailure, failureOf, isSystemFailure } from "../call-failure.ts";
import { type Item, quarantine } from "../work.ts";

/**
 * Quarantines the one record an error is about. An error of the system is about no record: it is thrown again, so that the
 * task fails and reopens.
 */
export function quarantineFailure(item: Item, index: number, stage: string, error: unknown): void {
  if (!(error instanceof CallFailure) && isSystemFailure(error)) throw error;
  const failure = error instanceof CallFailure ? error : failureOf(error, 1);
  quarantine(item, index, failure.code, `stage ${stage}: ${failure.message}`, failure.attempts);
}
