import { runCli } from "../../src/cli/cli.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Fault } from "./fault.ts";
import { refuseSome } from "./faulty-admit.ts";
import { mutate } from "./mutants.ts";

// The command with a fault: `node child.js FAULT run --until-idle`, where FAULT is a Fault as JSON.
const [faultText, ...argv] = process.argv.slice(2);
const { kill, mutant, refusal }: Fault = JSON.parse(faultText ?? "{}");

let hits = 0;
function probe(label: string): void {
  if (label !== kill?.label) return;
  hits++;
  if (hits === kill.hit) process.kill(process.pid, "SIGKILL");
}

if (refusal !== undefined) refuseSome(refusal, mutant === "index-kept");

const code = await runCli(argv, {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  clock: () => performance.now(),
  random: Math.random,
  onSignal: () => () => {},
  exit: (status) => process.exit(status),
  async openLog(config) {
    if (config.log.kind !== "embedded") throw new TypeError("the crash tests run on the embedded log");
    const { path, sync } = config.log;
    const log = await openEmbeddedLog({ path, sync, now: Date.now, probe });
    return mutant === undefined || mutant === "index-kept" ? log : mutate(log, mutant);
  },
});
process.exit(code);
