import { writeFile } from "node:fs/promises";
import { kafkaVersions } from "../scripts/kafka/kafka-versions.ts";
import { messageOf } from "../src/core/errors.ts";
import { combinations } from "../test/kafka/faults/catalogue.ts";
import { startGround } from "../test/kafka/faults/ground.ts";
import { tryOut } from "../test/kafka/faults/trial.ts";
import { numberOptions } from "./options.ts";
import { noRun, type SoakRow, soakEvidence } from "./soak-evidence.ts";

// Every combination of faults on three brokers, in rotation: `npm run soak:kafka -- --minutes N`, by default 30. What came of
// it is written to docs/fault-evidence.md.
const file = "docs/fault-evidence.md";
const { minutes } = numberOptions(process.argv.slice(2), { minutes: 30 });

const rows: SoakRow[] = combinations.map(({ scenario }) => ({ ...noRun, faults: scenario.name }));
const problems: string[] = [];
const ground = await startGround("4", 3);
const started = Date.now();
try {
  for (let turn = 0; Date.now() - started < minutes * 60_000; turn++) {
    const { scenario, proxied } = combinations[turn % combinations.length]!;
    const row = rows[turn % combinations.length]!;
    process.stderr.write(`${scenario.name} …\n`);
    try {
      const report = await tryOut(ground, (trial) => scenario.disturb(trial, Math.random), { proxied });
      row.runs += 1;
      for (const count of ["records", "lost", "doubled", "reordered", "aborted", "fenced"] as const)
        row[count] += report[count];
      for (const count of ["calls", "needed", "inFlight", "refused"] as const)
        row[count] += report.paid[count];
      row.problems += report.problems.length;
      problems.push(...report.problems.map((problem) => `${scenario.name}: ${problem}`));
    } catch (error) {
      // The disturbance did not come off, or what it left could not be judged: no evidence of anything but that.
      row.failures += 1;
      problems.push(`${scenario.name}: ${messageOf(error)}`);
    }
  }
} finally {
  await ground.remove();
}

const evidence = soakEvidence(rows, {
  command: `npm run soak:kafka -- --minutes ${minutes}`,
  date: new Date(started).toISOString().slice(0, 10),
  minutes: Math.round((Date.now() - started) / 60_000),
  kafka: kafkaVersions["4"],
});
await writeFile(file, evidence);
console.log(evidence);
if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}
