import { Observable, type Subscription } from "rxjs";
import type { Log, TaskId } from "../log/log.ts";
import { openTask, type TaskOptions, type TaskStatus } from "./task.ts";

/**
 * Opens a task on the log, runs it to its end and closes it. Completes or fails only after everything it held is closed, so
 * that opening the task again finds it free. Unsubscribing closes it without another commit; that takes its
 * time, and `closed`, which `onStart` is given, resolves when it is done.
 */
export function runTask(
  log: Log,
  task: TaskId,
  options: TaskOptions,
  onStart: (closed: Promise<void>) => void,
): Observable<TaskStatus> {
  return new Observable((subscriber) => {
    let running: Subscription | undefined;
    let cancelled = () => {};
    const run = async () => {
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
      }
    };
    const ended = run().then(
      () => subscriber.complete(),
      (error) => subscriber.error(error),
    );
    onStart(ended);
    return () => {
      running?.unsubscribe();
      cancelled();
    };
  });
}
