// Compiles src, plugins and scripts to dist. Runs on `npm ci`, so that the `magpie` bin works from a fresh clone.
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

if (process.argv.includes("--clean")) rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
chmodSync("dist/src/cli/main.js", 0o755);
