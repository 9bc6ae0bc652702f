import { expect, it, onTestFinished } from "vitest";
import { internalTopic } from "../../src/core/segments.ts";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { RunMonitor } from "../../src/monitor/run-monitor.ts";
import { serveMonitor } from "../../src/monitor/serve-monitor.ts";
import { samplesOf } from "../monitor/samples.ts";
import { minimum, once, pipelineOf, runUntilIdle, stageOf } from "../runtime/support.ts";
import { openProducer, record, unique } from "./harness.ts";
import { withKafkaLog } from "./kafka-log-harness.ts";

const limits = { windowBytes: 1_000_000, windowRecords: 2_000 };
const commit = { records: 300, bytes: 1_000_000, everyMs: 50 };

/** Asks until the samples of a metric are as expected. */
async function eventually(url: string, name: string, expected: Record<string, number>) {
  let found: Record<string, number> = {};
  const until = Date.now() + 60_000;
  do {
    found = samplesOf(await (await fetch(`${url}/metrics`)).text(), name);
    if (Object.entries(expected).every(([labels, value]) => found[labels] === value)) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (Date.now() < until);
  expect({ name, ...found }).toEqual({ name, ...expected });
}

it("a run on Kafka tells lags, LSO lags and the ledger of its segments, and that it is well", async () => {
  await withKafkaLog(async (log, { kafka }) => {
    const name = unique("m");
    const [raw, curated] = [`${name}.raw`, `${name}.curated`];
    await log.topics.ensure(raw, { partitions: 2 });
    const rows = ["hello", "hello", "hi", "good morning"];
    await log.append(
      raw,
      rows.map((instruction, id) => ({ value: Buffer.from(JSON.stringify({ id, instruction })) })),
    );
    const pipeline = pipelineOf([stageOf(minimum, { min: 3 }), stageOf(once, { explodeOn: "" })], {
      name,
      from: [raw],
      to: curated,
    });
    const stop = new AbortController();
    const run = { log, pipelines: [pipeline], limits, commit, stop: stop.signal };
    const observer = new RunMonitor(run, () => performance.now());
    const server = await serveMonitor(
      observer,
      { host: "127.0.0.1", port: 0, token: undefined },
      silentLogger,
    );
    onTestFinished(() => server.close());
    const running = runUntilIdle(log, run.pipelines, { ...run, observer, untilIdle: false });

    const label = `pipeline="${name}"`;
    const order = internalTopic(log.segments!.prefix, name, 1);
    const at = (topic: string, partition: number) => `{${label},topic="${topic}",partition="${partition}"}`;
    const none = { [at(raw, 0)]: 0, [at(raw, 1)]: 0, [at(order, 0)]: 0 };
    await eventually(server.url, "magpie_lag_records", none);
    await eventually(server.url, "magpie_lso_lag_records", none);

    // A transaction that stays open hides what was written in it, and is no lag.
    const producer = await openProducer(kafka);
    await producer.begin();
    const hidden = JSON.stringify({ id: 9, instruction: "good evening" });
    await producer.send(raw, 1, [record(hidden), record(hidden), record(hidden)]);
    await eventually(server.url, "magpie_lso_lag_records", { ...none, [at(raw, 1)]: 3 });
    await eventually(server.url, "magpie_lag_records", none);
    await producer.commit();
    await producer.close();
    await eventually(server.url, "magpie_lso_lag_records", none);
    const settled = (task: string, [curated, rejected]: readonly [number, number]) => ({
      [`{${label},task="${task}",fate="curated"}`]: curated,
      [`{${label},task="${task}",fate="rejected"}`]: rejected,
      [`{${label},task="${task}",fate="quarantined"}`]: 0,
    });
    await eventually(server.url, "magpie_settled_records_total", {
      ...settled("parallel-1/0", [0, 0]),
      ...settled("parallel-1/1", [0, 0]),
      ...settled("order-1/0", [3, 4]),
    });
    await eventually(server.url, "magpie_lag_records", none);

    const health = await fetch(`${server.url}/healthz`);
    const { status, reasons } = (await health.json()) as { status: string; reasons: readonly string[] };
    expect([health.status, status, reasons]).toEqual([200, "ok", []]);
    stop.abort();
    await running;
  });
});
