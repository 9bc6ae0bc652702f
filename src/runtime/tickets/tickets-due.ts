import type { Sampler } from "../../core/sampler.ts";
import type { Standing } from "./read-standing.ts";

/** What a sampler shall do now. */
export type Due =
  /** Append as many tickets; none where enough are under way. */
  | { readonly kind: "draw"; readonly tickets: number }
  /** Wait for a pipeline that has much to read. */
  | { readonly kind: "wait"; readonly pipeline: string }
  /** Its target is reached, or the last tickets that it may draw are drawn. */
  | { readonly kind: "done" };

/** `open`: tickets that are appended and not settled. */
export function ticketsDue(sampler: Sampler, standing: Standing, open: number): Due {
  const { target = {}, ahead, maxBacklog } = sampler;
  const drawn = standing.settled + open;
  const spent = standing.tokens.prompt + standing.tokens.completion;
  const left = target.maxSampled === undefined ? Number.POSITIVE_INFINITY : target.maxSampled - drawn;
  if (left <= 0) return { kind: "done" };
  if (target.accepted !== undefined && standing.accepted >= target.accepted.records) return { kind: "done" };
  if (target.maxTokens !== undefined && spent >= target.maxTokens) return { kind: "done" };
  const { pipeline, records } = standing.backlog;
  if (records > maxBacklog) return { kind: "wait", pipeline };
  return { kind: "draw", tickets: Math.max(0, Math.min(ahead - open, left)) };
}
