import { describe, expect, test } from "vitest";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { definePipeline, MagpieError, plugins, stage } from "../../src/index.ts";
import { buildRecords, createTestDriver, ManualClock } from "../../src/testing/index.ts";
import { once, transformWith } from "../runtime/support.ts";

const instructions = definePipeline({
  name: "instructions",
  from: "raw",
  to: "curated",
  stages: [stage(plugins.length, { field: "instruction", minWords: 2 }), stage(once)],
});

/** Eighty records: forty questions, each asked twice; every tenth is too short. */
const rows = Array.from({ length: 80 }, (_, i) => ({
  id: `r${i}`,
  instruction: i % 10 === 0 ? "Hi" : `Question ${i % 40}`,
}));

async function contentsOf(driver: ReturnType<typeof createTestDriver>) {
  return {
    curated: await driver.read("curated"),
    rejected: await driver.rejected("instructions"),
    ledger: await driver.ledger("instructions"),
    problems: await driver.verify("instructions"),
  };
}

test("a pipeline in memory gives its outputs, its drops with their reasons, and a balanced account", async () => {
  const driver = createTestDriver({ pipelines: [instructions] });
  await driver.send("raw", [
    { id: "a", instruction: "What is entropy?" },
    { id: "b", instruction: "Hi" },
    { id: "c", instruction: "What is entropy?" },
    "no JSON",
  ]);
  await driver.run();
  const { curated, rejected, ledger, problems } = await contentsOf(driver);
  expect(curated).toMatchObject([{ id: "a", measures: { once: { holder: "" } } }]);
  expect(rejected.map(({ id, verdict }) => [id, verdict.reasons[0]?.code])).toEqual([
    ["b", "too_few_words"],
    ["c", "repeated"],
  ]);
  expect(await driver.quarantined("instructions")).toMatchObject([
    { id: "raw/0/3", stage: "read", error: { code: "MGP_RECORD_JSON" } },
  ]);
  expect(ledger).toMatchObject({ received: 4, curated: 1, rejected: 2, quarantined: 1, balanced: true });
  expect(problems).toEqual([]);
});

describe("faults change nothing in what is committed", () => {
  test.each<[string, (driver: ReturnType<typeof createTestDriver>) => void]>([
    ["a commit that fails", (driver) => driver.failNext("commit", "before")],
    ["a commit whose outcome is unknown", (driver) => driver.failNext("commit", "after")],
    ["a read that fails", (driver) => driver.failNext("read", "before")],
    [
      "an owner that is fenced",
      (driver) => driver.failNext("commit", "before", new MagpieError("MGP_TASK_FENCED", "fenced")),
    ],
  ])("%s", async (_, plan) => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const calm = createTestDriver({ pipelines: [instructions] });
    const stormy = createTestDriver({ pipelines: [instructions], logger });
    for (const driver of [calm, stormy]) await driver.send("raw", rows);
    plan(stormy);
    for (const driver of [calm, stormy]) await driver.run();
    expect(warnings[0]).toMatch(/^task instructions.* reopens in 0 ms: /);
    expect(await contentsOf(stormy)).toEqual(await contentsOf(calm));
    expect(await calm.ledger("instructions")).toMatchObject({ received: 80, curated: 36, rejected: 44 });
  });
});

test("an owner that is taken for dead in the middle of its work commits no more, and another goes on", async () => {
  let taken = false;
  const upper = transformWith((texts) => {
    if (taken || !texts.includes("Question 31")) return;
    taken = true;
    driver.takeOver("p");
  });
  const pipeline = definePipeline({
    name: "p",
    from: "raw",
    to: "curated",
    stages: [stage(upper, {}, { batch: 8 }), stage(once)],
  });
  const driver = createTestDriver({ pipelines: [pipeline] });
  await driver.send("raw", rows);
  await driver.run();
  expect(taken).toBe(true);
  expect(await driver.ledger("p")).toMatchObject({ received: 80, curated: 37, rejected: 43, balanced: true });
  expect(await driver.verify("p")).toEqual([]);
});

test("with order within partitions only, as on Kafka, a pipeline of several segments ends with the same records", async () => {
  const driver = createTestDriver({
    pipelines: [instructions],
    order: "partitions",
    topics: { raw: { partitions: 4 } },
  });
  await driver.send("raw", rows);
  await driver.run();
  const topics = (await driver.log.topics.list()).map(({ name }) => name);
  expect(topics.filter((name) => name.startsWith("test."))).toEqual(["test.instructions.order-1"]);
  expect(await driver.ledger("instructions")).toMatchObject({
    received: 80,
    curated: 36,
    rejected: 44,
    inFlight: 0,
    balanced: true,
  });
});

test("what is older than a topic keeps is gone when the clock has moved on", async () => {
  const clock = new ManualClock(1_000);
  const driver = createTestDriver({
    pipelines: [],
    topics: { raw: { partitions: 1, retention: { ageMs: 60_000 } } },
    clock,
  });
  await driver.send("raw", ["old"]);
  clock.advance(60_001);
  await driver.send("raw", ['"new"']);
  expect(await driver.read("raw")).toEqual(["new"]);
  expect(() => clock.advance(-1)).toThrow(new RangeError("a clock cannot go back: -1 ms"));
});

test("a driver takes records that builders made, and refuses a pipeline it does not have", async () => {
  const driver = createTestDriver({ pipelines: [instructions] });
  await driver.send(
    "raw",
    buildRecords(3, (i) => ({ instruction: `Question ${i}` })),
  );
  await driver.run();
  expect((await driver.read("curated")).map(({ id }) => id)).toEqual(["0", "1", "2"]);
  await expect(driver.ledger("others")).rejects.toThrow(new RangeError('there is no pipeline "others"'));
});
