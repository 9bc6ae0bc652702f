import { expect, test } from "vitest";
import type { Configuration } from "./configuration.ts";
import { killAtRandom } from "./random-kills.ts";

const configurations: readonly Configuration[] = [
  { name: "one pipeline, 1 partition", records: 20_000, partitions: 1, sync: "commit", chained: false },
  { name: "two pipelines, 4 partitions", records: 20_000, partitions: 4, sync: "background", chained: true },
];

test.each(configurations)(
  "kills at random moments change nothing: $name, sync $sync",
  async (configuration) => {
    const report = await killAtRandom(configuration, { landed: 10, seed: configuration.name, withinMs: 250 });
    console.log(
      `${report.landed} of ${report.kills} kills landed; ${report.calls} calls for ${report.needed} answers`,
    );
    expect(report.problems).toEqual([]);
    expect(report.landed).toBeGreaterThanOrEqual(10);
  },
);
