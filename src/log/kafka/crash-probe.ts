/**
 * Instants of a commit at which a crash test may end the process: `before-produce` nothing was sent · `after-produce` all was sent,
 * the transaction is open · `end-sent` its end is asked for, the answer is awaited · `after-end` the end is
 * acknowledged, the snapshot does not have it yet · `before-answer`, `after-answer` around the journaling of a paid answer.
 */
export type CrashPoint =
  | "before-produce"
  | "after-produce"
  | "end-sent"
  | "after-end"
  | "before-answer"
  | "after-answer";

/** Called, and waited for, at every crash point. */
export type CrashProbe = (point: CrashPoint) => Promise<void>;
