import { Subject, takeUntil, tap } from "rxjs";
import { expect, it } from "vitest";
import { configFor, sharedCluster, unique, withAdmin } from "./harness.ts";
import { withKafkaLog } from "./kafka-log-harness.ts";

it("a log that is closed has left its groups: nobody waits for a process that ends at once", async () => {
  const pipeline = unique("leaving");
  const members = async (group: string) =>
    withAdmin(configFor(await sharedCluster()), (admin) => admin.groupMembers(group));
  await withKafkaLog(async (log, { name }) => {
    const source = unique("source");
    await log.topics.ensure(source, { partitions: 2 });
    const segment = { pipeline, name: "parallel-1", sources: [source] };
    const group = `${name}.${pipeline}.parallel-1`;
    const stop$ = new Subject<void>();
    const owned: unknown[] = [];
    const assigned$ = log.assignments(segment).pipe(tap((tasks) => owned.push(tasks)));
    assigned$.pipe(takeUntil(stop$)).subscribe();
    while (owned.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await members(group)).toEqual(1);
    stop$.next();
    await log.close();
    expect(await members(group)).toEqual(0);
  });
});
