import { countOf, formatCount } from "../src/cli/render/numbers.ts";
import { renderTable } from "../src/cli/render/table.ts";
import type { Configuration } from "../test/crash/configuration.ts";
import { type KillReport, killAtRandom } from "../test/crash/random-kills.ts";
import { killSampler, type SamplerKillPlan } from "../test/crash/sampler-kills.ts";

// The kills of the crash tests, many more of them: `npm run soak:crash -- [KILLS] [SAMPLER KILLS]`, by default 50 for each configuration, and 20
// for a recipe. KILLS may be 0.
const landed = Number(process.argv[2] ?? 50);
const samplerPlan: SamplerKillPlan = {
  sampled: 240,
  commitMs: 20,
  kills: Number(process.argv[3] ?? 20),
  seed: "soak sampler",
  withinMs: 200,
};

const configurations: readonly Configuration[] = [
  {
    name: "one pipeline, 1 partition, commit",
    records: 20_000,
    partitions: 1,
    sync: "commit",
    chained: false,
  },
  {
    name: "one pipeline, 4 partitions, background",
    records: 20_000,
    partitions: 4,
    sync: "background",
    chained: false,
  },
  {
    name: "two pipelines, 1 partition, background",
    records: 20_000,
    partitions: 1,
    sync: "background",
    chained: true,
  },
  {
    name: "two pipelines, 4 partitions, commit",
    records: 20_000,
    partitions: 4,
    sync: "commit",
    chained: true,
  },
];

const reports: KillReport[] = [];
for (const configuration of landed === 0 ? [] : configurations) {
  process.stderr.write(`${configuration.name} …\n`);
  reports.push(
    await killAtRandom(configuration, { landed, seed: `soak ${configuration.name}`, withinMs: 250 }),
  );
}

const columns = [
  { title: "pipelines", align: "right" },
  { title: "partitions", align: "right" },
  { title: "sync", align: "left" },
  { title: "records", align: "right" },
  { title: "runs", align: "right" },
  { title: "kills", align: "right" },
  { title: "landed", align: "right" },
  { title: "paid calls", align: "right" },
  { title: "needed", align: "right" },
  { title: "in flight at kills", align: "right" },
  { title: "refused", align: "right" },
  { title: "differences", align: "right" },
] as const;

const lines = renderTable(
  columns,
  reports.map(({ configuration, ...report }) => [
    configuration.chained ? "2" : "1",
    String(configuration.partitions),
    configuration.sync,
    formatCount(configuration.records),
    ...[
      report.runs,
      report.kills,
      report.landed,
      report.calls,
      report.needed,
      report.inFlight,
      report.refused,
    ].map(formatCount),
    formatCount(report.problems.length),
  ]),
);
console.log(lines.join("\n"));

process.stderr.write("a recipe …\n");
const sampler = await killSampler(samplerPlan);
console.log(
  `\na recipe of ${samplerPlan.sampled} tickets, seed "${samplerPlan.seed}": ${countOf(sampler.runs, "run")}, ${sampler.kills} kills, ${formatCount(sampler.calls)} paid calls for ${formatCount(sampler.needed)} needed and ${sampler.inFlight} in flight at kills, ${sampler.problems.length} differences`,
);

const problems = [
  ...reports.flatMap((report) =>
    report.problems.map((problem) => `${report.configuration.name}: ${problem}`),
  ),
  ...sampler.problems.map((problem) => `a recipe: ${problem}`),
];
if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}
