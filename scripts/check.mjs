// Everything that must hold before a change lands, in the order in which failures are cheapest to see.
import { spawnSync } from "node:child_process";

// --report FILE: where the counts of the tests go, as vitest's JSON.
const report = process.argv.includes("--report")
  ? process.argv[process.argv.indexOf("--report") + 1]
  : undefined;
const reporters =
  report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];

const steps = [
  ["format and lint", "npx", ["biome", "ci", "."]],
  ["types", "npx", ["tsc", "-p", "tsconfig.json"]],
  ["dependency rules", "npm", ["run", "--silent", "check:dependencies"]],
  ["dead code", "npx", ["knip"]],
  ["build", "npm", ["run", "--silent", "build"]],
  ["generated files are fresh", process.execPath, ["dist/scripts/generate.js", "--check"]],
  ["tests", "npx", ["vitest", "run", "--project", "unit", ...reporters]],
];

for (const [name, command, args] of steps) {
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) process.exit(1);
}
