#!/usr/bin/env node
import { openEmbeddedLog } from "../log/embedded/open-embedded-log.ts";
import { runCli } from "./cli.ts";
import type { StopSignal } from "./deps.ts";

// A file size limit shall be an error of the write that passes it, not the end of the process.
process.on("SIGXFSZ", () => {});

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  random: Math.random,
  onSignal(listener) {
    const signals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  exit: (status) => process.exit(status),
  openLog: ({ path, sync }) => openEmbeddedLog({ path, sync, now: Date.now }),
});

// A plugin may have left timers or sockets behind: they do not keep a finished command alive.
process.stdout.write("", () => process.exit(code));
