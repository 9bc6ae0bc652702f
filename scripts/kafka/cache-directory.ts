import { homedir } from "node:os";
import { join } from "node:path";

/** Where what can be fetched again is kept, beside what other programs of this user keep. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const base = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(base, "magpie-stream");
}
