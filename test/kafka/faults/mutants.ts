import type { Config } from "../../../src/config/config.ts";
import type { Log } from "../../../src/log/log.ts";
import { withTasks } from "../../crash/wrapped-log.ts";
import type { Mutant } from "./fault.ts";
import { fenceLate } from "./mutants/late-fence.ts";

/**
 * Breaks the client or our use of it, before the log is opened. `joint-sends`: what goes to several partitions goes in one
 * `send` of KafkaJS. `sends-at-once`: what goes to one partition goes in several, at the same time. `kept-producer`: after
 * a commit without an answer the same producer goes on. `late-fence`: a task is restored first, and older owners fenced after.
 */
export async function breakClient(mutant: Mutant): Promise<void> {
  if (mutant === "late-fence") await fenceLate();
  if (mutant === "joint-sends" || mutant === "sends-at-once" || mutant === "kept-producer") {
    const { breakProducer } = await import("./mutants/broken-producer.ts");
    breakProducer(mutant);
  }
}

/**
 * Breaks tasks. `stock-filter`: they read with KafkaJS's consumer, which delivers aborted records. `group-offset`: they go on from
 * an offset that is committed to a group, not from the position that is part of the transaction.
 */
export function breakTasks(log: Log, mutant: Mutant, config: Config): Log {
  if (config.log.kind !== "kafka") throw new TypeError("mutants are of the Kafka log");
  const kafka = { brokers: config.log.brokers, clientId: config.log.clientId };
  if (mutant === "stock-filter")
    return withTasks(log, async (task, id) => {
      const { readingStock } = await import("./mutants/stock-filter.ts");
      return readingStock(task, id, kafka);
    });
  if (mutant === "group-offset")
    return withTasks(log, async (task, id) => {
      const { followingGroup } = await import("./mutants/group-offset.ts");
      return followingGroup(task, id, kafka, `${config.name}.offsets`);
    });
  return log;
}
