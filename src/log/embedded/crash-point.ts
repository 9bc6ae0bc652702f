/**
 * Instants of a write at which a crash test may end the process, or throw to stand for a failing disk:
 * `before-write` nothing is written · `mid-commit` inside the transaction, outputs written, checkpoint not ·
 * `after-commit` the commit is made (and, with sync `commit`, on disk), its promise not yet resolved ·
 * `before-answer`, `after-answer` the same for a journaled answer.
 */
export type CrashPoint = "before-write" | "mid-commit" | "after-commit" | "before-answer" | "after-answer";

/** Called at every crash point. */
export type Probe = (point: CrashPoint) => void;
