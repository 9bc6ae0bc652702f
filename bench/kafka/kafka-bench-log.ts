import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKafkaLog } from "../../src/log/kafka/kafka-log.ts";
import type { Log } from "../../src/log/log.ts";
import { silent } from "../silent-logger.ts";

/** A log on the bench's cluster. Its snapshots lie in a folder of the process for temporary files. */
export function kafkaBenchLog(brokers: readonly string[]): Promise<Log> {
  return openKafkaLog({
    kafka: { brokers, clientId: "magpie-bench" },
    name: "bench",
    snapshots: mkdtempSync(join(tmpdir(), "magpie-bench-snapshots-")),
    maxRecordBytes: 1 << 20,
    logger: silent,
    now: Date.now,
    uuid: randomUUID,
  });
}
