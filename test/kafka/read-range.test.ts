import { expect, it } from "vitest";
import { readRange } from "../../src/log/kafka/read-range.ts";
import { configFor, makeTopic, sharedCluster, values, write } from "./harness.ts";

it("a range is read to its end also while the broker that leads shows less of it, as after a failover", async () => {
  const config = configFor(await sharedCluster());
  const topic = await makeTopic(config);
  await write(config, topic, 0, ["a", "b"]);
  const read = async () => {
    const records = [];
    // Three records and the marks of two transactions.
    for await (const record of readRange(config, { topic, partition: 0, from: 0n, to: 5n }))
      records.push(record);
    return values(records);
  };
  const reading = read();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await write(config, topic, 0, ["c"]);
  expect(await reading).toEqual(["a", "b", "c"]);
});
