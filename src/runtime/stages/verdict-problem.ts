import type { Reasons } from "../../core/plugin.ts";
import { whyNotJson } from "../../core/why-not-json.ts";

/**
 * What keeps something from being a verdict with reasons that are declared; undefined when it is one. Plugins in plain
 * JavaScript have no compiler that tells them.
 */
export function verdictProblem(verdict: unknown, declared: Reasons, who: string): string | undefined {
  if (!isObject(verdict) || typeof verdict["keep"] !== "boolean")
    return `${who} gave no verdict; it must return keep or drop(…), and not a promise`;
  if (verdict["keep"]) return undefined;
  const reasons = verdict["reasons"];
  if (!Array.isArray(reasons) || reasons.length === 0) return `${who} dropped the record without a reason`;
  for (const reason of reasons) {
    const problem = reasonProblem(reason, declared, who);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function reasonProblem(reason: unknown, declared: Reasons, who: string): string | undefined {
  if (!isObject(reason) || typeof reason["code"] !== "string") return `a reason ${who} gave has no code`;
  const { code, observed, limit, ref } = reason;
  if (!Object.hasOwn(declared, code)) return `the reason ${JSON.stringify(code)} is not in meta.reasons`;
  if (ref !== undefined && typeof ref !== "string") return `the ref of the reason ${code} is not a text`;
  return (
    (observed === undefined ? undefined : whyNotJson(observed, `the observed value of the reason ${code}`)) ??
    (limit === undefined ? undefined : whyNotJson(limit, `the limit of the reason ${code}`))
  );
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null;
}
