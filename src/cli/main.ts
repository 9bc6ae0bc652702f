#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { processDeps } from "./process-deps.ts";

// A file size limit shall be an error of the write that passes it, not the end of the process.
process.on("SIGXFSZ", () => {});

const code = await runCli(process.argv.slice(2), processDeps);

// A plugin may have left timers or sockets behind: they do not keep a finished command alive.
process.stdout.write("", () => process.exit(code));
