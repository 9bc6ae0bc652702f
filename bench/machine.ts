import { cpus, loadavg, totalmem } from "node:os";

/** Says on what was measured, and what else the machine was doing. */
export function printMachine(): void {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${cores.length} × ${cores[0]?.model.trim() ?? "unknown processor"}, ${gigabytes} GiB, Node ${process.version}, load average at the start ${loadavg()[0]?.toFixed(2)}`,
  );
}
