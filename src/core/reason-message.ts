import type { Reasons } from "./plugin.ts";
import type { Reason } from "./verdict.ts";

/** The sentence for a reason: the plugin's template with `{observed}`, `{limit}` and `{ref}` filled in. */
export function renderReason(reasons: Reasons, reason: Reason): string {
  const template = Object.hasOwn(reasons, reason.code) ? reasons[reason.code]! : reason.code;
  return template.replace(/\{(observed|limit|ref)\}/g, (_, name: "observed" | "limit" | "ref") => {
    const value = reason[name];
    return typeof value === "string" ? value : value === undefined ? "unknown" : JSON.stringify(value);
  });
}
