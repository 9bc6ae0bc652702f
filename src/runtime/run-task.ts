import { Observable, type Subscription } from "rxjs";
import type { Log, TaskId } from "../log/log.ts";
import { openTask, type TaskOptions, type TaskStatus } from "./task.ts";
import { taskName } from "./task-events.ts";

/**
 * Opens a task on the log, runs it to its end and closes it. Completes or fails only after everything it held is closed, so
 * that opening the task again finds it free. Unsubscribing closes it without another commit; that takes its time, and
 * what is held in `closing` resolves when it is done: a task that is given up and given back is not opened before.
 */
export function runTask(
  log: Log,
  task: TaskId,
  options: TaskOptions,
  closing: Map<string, Promise<void>>,
): Observable<TaskStatus> {
  return new Observable((subscriber) => {
    let running: Subscription | undefined;
    let cancelled = () => {};
    const name = taskName(task);
    const former = closing.get(name);
    const run = async () => {
      await former;
      if (subscriber.closed) return;
      options.observer?.opening();
      const taskLog = await log.open(task);
      try {
        const open = await openTask(taskLog, options);
        try {
          await new Promise<void>((resolve, reject) => {
            cancelled = resolve;
            if (subscriber.closed) return resolve();
            running = open.status$.subscribe({
              next: (status) => subscriber.next(status),
              error: reject,
              complete: resolve,
            });
          });
        } finally {
          await open.close();
        }
      } finally {
        await taskLog.close();
        options.observer?.closed();
      }
    };
    const ended = run().then(
      () => subscriber.complete(),
      (error) => subscriber.error(error),
    );
    closing.set(name, ended);
    ended.finally(() => {
      if (closing.get(name) === ended) closing.delete(name);
    });
    return () => {
      running?.unsubscribe();
      cancelled();
    };
  });
}
