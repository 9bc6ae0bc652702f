import { isLoopback } from "../core/loopback.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import type { RawConfig } from "./schema.ts";

const fromEnvironment = `take it from the environment: token: "\${MAGPIE_METRICS_TOKEN}"`;

/** What is wrong, or doubtful, with who may see the metrics. */
export function metricsFindings(
  { host, token }: NonNullable<RawConfig["metrics"]>,
  isVariable: (path: Path) => boolean,
): readonly Finding[] {
  if (token === undefined) {
    if (host === undefined || isLoopback(host)) return [];
    const message = "whoever reaches this address must show a token, and there is no `metrics.token`";
    return [{ path: ["metrics", "host"], at: "value", message, hint: fromEnvironment }];
  }
  const at = { path: ["metrics", "token"], at: "value" } as const;
  // Not a pattern of the schema, whose message would show the token.
  if (!/^[\x21-\x7e]{16,}$/.test(token)) {
    const message = "a token has at least 16 printable characters and no spaces";
    return [{ ...at, message, hint: "`openssl rand -hex 32` makes one" }];
  }
  if (isVariable(at.path)) return [];
  return [{ ...at, message: "a token stands in the file", hint: fromEnvironment, severity: "warning" }];
}
