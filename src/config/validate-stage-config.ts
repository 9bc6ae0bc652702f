import { canonicalJson, type JsonObject } from "../core/json.ts";
import { isExternal, type Plugin } from "../core/plugin.ts";
import type { Finding } from "./problem.ts";
import { validate } from "./validate.ts";

const stageKeys = new Set([
  "use",
  "id",
  "with",
  "batch",
  "concurrency",
  "timeoutMs",
  "retries",
  "workers",
  "startTimeoutMs",
  "maxMemory",
]);

/**
 * Checks what a stage gives its plugin (`with`) against the plugin's schema and fills in the defaults. Paths of problems
 * start below `with`. Never changes `given`.
 */
export function validateStageConfig(
  plugin: Plugin,
  given: unknown,
): { readonly config: JsonObject } | { readonly problems: readonly Finding[] } {
  const config = plainCopy(given ?? {});
  if (config === undefined) return { problems: [notJson] };
  const problems = validate(plugin.meta.config, config);
  if (problems.length > 0) return { problems: problems.map(adviseStageOption) };
  const found = isExternal(plugin) ? [] : (plugin.check?.(config) ?? []);
  if (found.length > 0) return { problems: found.map((problem) => ({ ...problem, at: "value" })) };
  return { config };
}

const notJson: Finding = { path: [], at: "value", message: "expected values that JSON can carry" };

function plainCopy(value: unknown): JsonObject | undefined {
  try {
    return JSON.parse(canonicalJson(value));
  } catch {
    return undefined;
  }
}

function adviseStageOption(finding: Finding): Finding {
  const key = finding.path.at(-1);
  const isUnknown = finding.at === "key" && finding.path.length === 1 && typeof key === "string";
  if (!isUnknown || !stageKeys.has(key) || finding.hint?.startsWith("did you mean")) return finding;
  return { ...finding, hint: `"${key}" belongs beside "use", not inside "with"` };
}
