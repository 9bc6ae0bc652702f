import { expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { Pipeline } from "../../src/core/pipeline.ts";
import type { Log } from "../../src/log/log.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { RunMonitor } from "../../src/monitor/run-monitor.ts";
import {
  appendJson,
  bytesOf,
  minimum,
  once,
  outputsOf,
  pipelineOf,
  runUntilIdle,
  stageOf,
  transformWith,
} from "../runtime/support.ts";
import { samplesIn, samplesOf } from "./samples.ts";

const limits = { windowBytes: 1_000_000, windowRecords: 2_000 };
const commit = { records: 300, bytes: 1_000_000, everyMs: 5 };
const never = new AbortController().signal;

/** A monitor whose clock stands still until it is moved. */
function monitorOf(log: Log, pipelines: readonly Pipeline[], stop = never) {
  const clock = { ms: 0 };
  const monitor = new RunMonitor({ log, pipelines, limits, commit, stop }, () => clock.ms);
  return { monitor, clock };
}

/** Asks the same question for every record. */
const asking = transformWith(async (texts, { once: paid }) => {
  const key = { model: "m", prompt: "p", parameters: {}, sample: "1" };
  for (const _ of texts) await paid(key, async () => "answer");
});

const rows = [
  { id: 1, instruction: "hello" },
  { id: 2, instruction: "hi" },
  { id: 3, instruction: "hello" },
  { id: 4, instruction: "good morning" },
];

it("tells every record, byte, commit, call and answer of a run that has ended", async () => {
  const log = createMemoryLog();
  await appendJson(log, "raw", [...rows, "{broken"]);
  const pipeline = pipelineOf(
    [stageOf(minimum, { min: 3 }), stageOf(once), stageOf(asking, {}, { batch: 1, concurrency: 1 })],
    { to: [{ topic: "long", when: "measures.minimum.chars >= 10" }] },
  );
  const { monitor } = monitorOf(log, [pipeline]);
  await runUntilIdle(log, [pipeline], { observer: monitor });
  const size = (index: number) => bytesOf(rows[index]).byteLength;
  const topics = Object.entries(await outputsOf(log, pipeline));
  const written = topics.map(([topic]) => topic).filter((topic) => topic !== "raw");
  const samples = samplesIn(await monitor.metrics());
  const sizes = Object.fromEntries(
    await Promise.all(
      written.map(async (topic) => {
        let bytes = 0;
        for await (const { value } of log.scan(topic)) bytes += value.byteLength;
        return [`magpie_written_bytes_total{pipeline="p",topic="${topic}"}`, bytes] as const;
      }),
    ),
  );
  const task = `pipeline="p",task="main/0"`;
  const stage = (id: string, kept: number, dropped: number, quarantined: number) => ({
    [`magpie_stage_records_total{${task},stage="${id}",verdict="kept"}`]: kept,
    [`magpie_stage_records_total{${task},stage="${id}",verdict="dropped"}`]: dropped,
    [`magpie_stage_records_total{${task},stage="${id}",verdict="quarantined"}`]: quarantined,
    [`magpie_orphaned_records_total{${task},stage="${id}"}`]: id === "once" ? 1 : 0,
  });
  const calls = (id: string, answered: number) => ({
    [`magpie_calls_total{pipeline="p",stage="${id}",result="answered"}`]: answered,
    [`magpie_calls_total{pipeline="p",stage="${id}",result="failed"}`]: 0,
    [`magpie_calls_total{pipeline="p",stage="${id}",result="timed_out"}`]: 0,
    [`magpie_call_retries_total{pipeline="p",stage="${id}"}`]: 0,
    [`magpie_call_seconds_count{pipeline="p",stage="${id}"}`]: answered,
  });
  const states = ["starting", "restoring", "running", "idle", "stalled", "reopening", "closed"];
  expect(samples).toEqual({
    [`magpie_received_records_total{${task}}`]: 5,
    [`magpie_settled_records_total{${task},fate="curated"}`]: 1,
    [`magpie_settled_records_total{${task},fate="rejected"}`]: 3,
    [`magpie_settled_records_total{${task},fate="quarantined"}`]: 1,
    [`magpie_copied_records_total{${task}}`]: 0,
    [`magpie_forwarded_records_total{${task}}`]: 0,
    [`magpie_resumed_records_total{${task}}`]: 0,
    [`magpie_commits_total{${task}}`]: 1,
    ...stage("minimum", 3, 1, 0),
    ...stage("once", 2, 1, 0),
    ...stage("upper", 2, 0, 0),
    ...stage("route", 1, 1, 0),
    [`magpie_reason_records_total{${task},stage="minimum",reason="too_short"}`]: 1,
    [`magpie_reason_records_total{${task},stage="once",reason="repeated"}`]: 1,
    [`magpie_reason_records_total{${task},stage="route",reason="no_route"}`]: 1,
    'magpie_quarantined_records_total{pipeline="p",stage="read",code="MGP_RECORD_JSON"}': 1,
    'magpie_quarantined_bytes_total{pipeline="p",stage="read",code="MGP_RECORD_JSON"}': 7,
    'magpie_dropped_bytes_total{pipeline="p",stage="minimum"}': size(1),
    'magpie_dropped_bytes_total{pipeline="p",stage="once"}': size(2),
    'magpie_dropped_bytes_total{pipeline="p",stage="route"}': size(0),
    'magpie_read_bytes_total{pipeline="p"}': size(0) + size(1) + size(2) + size(3) + 7,
    ...sizes,
    'magpie_commit_seconds_count{pipeline="p"}': 1,
    ...calls("minimum", 1),
    ...calls("once", 1),
    ...calls("upper", 2),
    'magpie_answers_total{pipeline="p",stage="upper",source="bought"}': 1,
    'magpie_answers_total{pipeline="p",stage="upper",source="reused"}': 1,
    'magpie_restore_seconds_count{pipeline="p"}': 1,
    ...Object.fromEntries(
      states.map((state) => [
        `magpie_assigned_tasks{pipeline="p",state="${state}"}`,
        state === "closed" ? 1 : 0,
      ]),
    ),
    'magpie_lag_records{pipeline="p",topic="raw",partition="0"}': 0,
    'magpie_lso_lag_records{pipeline="p",topic="raw",partition="0"}': 0,
    [`magpie_window_records{${task}}`]: 0,
    [`magpie_window_bytes{${task}}`]: 0,
    [`magpie_window_limit_records{${task}}`]: limits.windowRecords,
    [`magpie_window_limit_bytes{${task}}`]: limits.windowBytes,
  });
});

it("counts a commit whose answer was lost once, and one that was lost itself not at all", async () => {
  for (const when of ["before", "after"] as const) {
    const faults = new MemoryFaults();
    const log = createMemoryLog({ faults });
    await appendJson(log, "raw", rows);
    faults.next("commit", when, new MagpieError("MGP_LOG_UNAVAILABLE", "away"));
    const pipeline = pipelineOf([stageOf(minimum, { min: 3 })]);
    const { monitor } = monitorOf(log, [pipeline]);
    await runUntilIdle(log, [pipeline], { observer: monitor });
    const text = await monitor.metrics();
    const bytes = rows.reduce((sum, row) => sum + bytesOf(row).byteLength, 0);
    expect({
      read: samplesOf(text, "magpie_read_bytes_total"),
      commits: samplesOf(text, "magpie_commits_total"),
      reopenings: samplesOf(text, "magpie_task_reopenings_total"),
    }).toEqual({
      read: { '{pipeline="p"}': bytes },
      commits: { '{pipeline="p",task="main/0"}': 1 },
      reopenings: { '{pipeline="p",code="MGP_LOG_UNAVAILABLE"}': 1 },
    });
  }
});

/** A stage that waits until it is let go on, with a promise of its having begun. */
function gate() {
  let open = () => {};
  let begin = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const plugin = transformWith(async () => {
    begin();
    await opened;
  });
  return { plugin, begun, open };
}

it("shows the window and the lag of a run under way, and when it has stalled", async () => {
  const log = createMemoryLog();
  await appendJson(log, "raw", rows);
  const { plugin, begun, open } = gate();
  const pipeline = pipelineOf([stageOf(plugin, {}, { timeoutMs: 20_000 })]);
  const { monitor, clock } = monitorOf(log, [pipeline]);
  const running = runUntilIdle(log, [pipeline], { observer: monitor });
  await begun;
  const bytes = rows.reduce((sum, row) => sum + bytesOf(row).byteLength, 0);
  const text = await monitor.metrics();
  expect({
    records: samplesOf(text, "magpie_window_records"),
    bytes: samplesOf(text, "magpie_window_bytes"),
    lag: samplesOf(text, "magpie_lag_records"),
  }).toEqual({
    records: { '{pipeline="p",task="main/0"}': 4 },
    bytes: { '{pipeline="p",task="main/0"}': bytes },
    lag: { '{pipeline="p",topic="raw",partition="0"}': 4 },
  });
  const task = { pipeline: "p", task: "main/0" };
  expect(await monitor.health()).toEqual({
    status: "ok",
    reasons: [],
    tasks: [{ ...task, state: "running" }],
  });
  // A minute of patience, the longest a call may take, and the longest a commit may wait.
  clock.ms = 80_006;
  expect(await monitor.health()).toEqual({
    status: "unavailable",
    reasons: ["p/main/0 has not got on for 80 s, and 4 records are left to read"],
    tasks: [{ ...task, state: "stalled" }],
  });
  open();
  await running;
  expect(await monitor.health()).toEqual({
    status: "unavailable",
    reasons: ["p/main/0 is closed"],
    tasks: [{ ...task, state: "closed" }],
  });
});

it("a run whose tasks are not assigned, or that was told to stop, is not healthy", async () => {
  const stop = new AbortController();
  const { monitor } = monitorOf(createMemoryLog(), [pipelineOf([stageOf(minimum, { min: 3 })])], stop.signal);
  expect(await monitor.health()).toEqual({
    status: "unavailable",
    reasons: ["p/main is starting: its tasks are not assigned yet"],
    tasks: [],
  });
  stop.abort();
  expect((await monitor.health()).reasons).toEqual([
    "draining: what was read is finished and committed, then the process ends",
    "p/main is starting: its tasks are not assigned yet",
  ]);
});

it("a log that does not answer makes a run unhealthy, and neither question hang; what the process knows is still told", async () => {
  const log = createMemoryLog();
  await appendJson(log, "raw", rows);
  const { plugin, begun, open } = gate();
  const pipeline = pipelineOf([stageOf(plugin)]);
  const silent = { ...log, topics: { ...log.topics, offsets: () => new Promise<never>(() => {}) } };
  const { monitor } = monitorOf(silent, [pipeline]);
  const running = runUntilIdle(log, [pipeline], { observer: monitor });
  await begun;
  const [health, text] = await Promise.all([monitor.health(), monitor.metrics()]);
  expect({
    health,
    lag: samplesOf(text, "magpie_lag_records"),
    window: samplesOf(text, "magpie_window_records"),
  }).toEqual({
    health: {
      status: "unavailable",
      reasons: ["the log does not tell where its topics stand"],
      tasks: [{ pipeline: "p", task: "main/0", state: "running" }],
    },
    lag: {},
    window: { '{pipeline="p",task="main/0"}': 4 },
  });
  open();
  await running;
});

it("a task that waits to be opened again is not healthy, and the code says why", async () => {
  const faults = new MemoryFaults();
  const log = createMemoryLog({ faults });
  await appendJson(log, "raw", rows);
  faults.next("commit", "before", new MagpieError("MGP_LOG_UNAVAILABLE", "a host nobody needs to know"));
  const pipeline = pipelineOf([stageOf(minimum, { min: 3 })]);
  const { monitor } = monitorOf(log, [pipeline]);
  const reasons: Promise<readonly string[]>[] = [];
  const warn = () => void reasons.push(monitor.health().then((health) => health.reasons));
  const logger = { debug() {}, info() {}, warn, error() {} };
  await runUntilIdle(log, [pipeline], { observer: monitor, logger });
  expect(await Promise.all(reasons)).toEqual([["p/main/0 opens again after MGP_LOG_UNAVAILABLE"]]);
});
