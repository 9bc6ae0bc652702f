import { cpus } from "node:os";
import { formatCount } from "../src/cli/render/numbers.ts";

/** What came of the runs of one combination of faults. */
export interface SoakRow {
  readonly faults: string;
  runs: number;
  /** Runs that did not come to a verdict. */
  failures: number;
  records: number;
  lost: number;
  doubled: number;
  reordered: number;
  /** Records of aborted transactions that the other client was given. */
  aborted: number;
  /** Commits that were refused to an owner who had been fenced. */
  fenced: number;
  calls: number;
  needed: number;
  inFlight: number;
  refused: number;
  /** Whatever else any check found. */
  problems: number;
}

export const noRun: Omit<SoakRow, "faults"> = {
  runs: 0,
  failures: 0,
  records: 0,
  lost: 0,
  doubled: 0,
  reordered: 0,
  aborted: 0,
  fenced: 0,
  calls: 0,
  needed: 0,
  inFlight: 0,
  refused: 0,
  problems: 0,
};

const counts = [
  ["runs", "runs"],
  ["records", "records"],
  ["lost", "lost"],
  ["doubled", "doubled"],
  ["reordered", "reordered"],
  ["aborted", "aborted seen"],
  ["fenced", "commits fenced"],
  ["calls", "paid calls"],
  ["needed", "needed"],
  ["inFlight", "in flight"],
  ["refused", "refused"],
  ["problems", "problems"],
  ["failures", "no verdict"],
] as const;

/** The page of evidence. */
export function soakEvidence(
  rows: readonly SoakRow[],
  run: { readonly command: string; readonly date: string; readonly minutes: number; readonly kafka: string },
): string {
  const total = counts.map(([name]) => formatCount(rows.reduce((sum, row) => sum + row[name], 0)));
  const lines = rows.map((row) => [row.faults, ...counts.map(([name]) => formatCount(row[name]))]);
  const table = [
    ["faults", ...counts.map(([, title]) => title)],
    ["---", ...counts.map(() => "--:")],
    ...lines,
    ["**all**", ...total],
  ].map((cells) => `| ${cells.join(" | ")} |`);
  return `# Evidence of exactly-once under faults

Written by \`${run.command}\` on ${run.date}: ${run.minutes} minutes on three brokers of Kafka ${run.kafka} (replication 3, two in sync),
KafkaJS 2.2.4, Node ${process.version}, ${process.platform}, ${cpus().length} cores. \`npm run test:kafka\` runs every fault on each change, and
shows of six ways of breaking exactly-once that the same checks find them.

A run is a chain of two pipelines (three partitions of input, two of what lies between; exact and near duplicates, a stage that numbers
what it sees, a grader that is paid by the call) that is disturbed while records come in, and then left to come to its end.

${table.join("\n")}

- **lost**, **doubled**: inputs without an output, and with more than one, as librdkafka counts them, which reads what is committed
  while it is written. **reordered**: outputs, or records of an order topic, that stand behind later ones.
- **aborted seen**: records librdkafka was given that are not committed. **commits fenced**: refused to an owner others had replaced.
- **paid calls** must not be more than those **needed**, **in flight** when a task changed its owner, and **refused** by the grader.
- **problems**: anything else: outputs, ledger or state that differ from what one machine makes of the recorded order;
  \`magpie verify\`; a process that ended as it should not. **no verdict**: runs in which the disturbance did not come off.
`;
}
