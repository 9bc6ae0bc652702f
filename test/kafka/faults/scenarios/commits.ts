import type { Trial } from "../trial.ts";

/** Resolves when the member has committed something, from now on. */
export async function committedBy(trial: Trial, member: string): Promise<void> {
  await trial.trace.first(
    `a commit of ${member}`,
    (event) => event.event === "committed" && event.member === member,
    { since: Date.now() },
  );
}

/** Resolves when this many commits of a task were made, by whomever, from now on. */
export async function commitsOf(trial: Trial, task: string, count: number): Promise<void> {
  await trial.trace.first(
    `${count} commits of ${task}`,
    (event) => event.event === "committed" && event.task === task,
    { since: Date.now(), nth: count },
  );
}

/** Resolves when anybody has committed anything, from now on. */
export async function anyCommit(trial: Trial): Promise<void> {
  await trial.trace.first("a commit", ({ event }) => event === "committed", { since: Date.now() });
}
