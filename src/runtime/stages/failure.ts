import { exitCodes, MagpieError, messageOf } from "../../core/errors.ts";
import { CallFailure } from "../batch-caller.ts";
import { type Item, quarantine } from "../work.ts";

/**
 * Quarantines the one record an error is about. An error of the log is about no record: it is thrown again, so that the
 * task fails and reopens.
 */
export function quarantineFailure(item: Item, index: number, stage: string, error: unknown): void {
  if (error instanceof CallFailure) {
    quarantine(item, index, error.code, `stage ${stage}: ${error.message}`, error.attempts);
    return;
  }
  if (isLogFailure(error)) throw error;
  const code = error instanceof MagpieError ? error.code : "MGP_PLUGIN_THREW";
  quarantine(item, index, code, `stage ${stage}: ${messageOf(error)}`, 1);
}

function isLogFailure(error: unknown): boolean {
  return (
    error instanceof MagpieError &&
    error.code !== "MGP_PLUGIN_TIMEOUT" &&
    (error.exit === exitCodes.unavailable || error.exit === exitCodes.temporary)
  );
}
