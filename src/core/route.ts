import type { Expression } from "./when/expression.ts";

/** A topic that curated records go to. */
export interface Route {
  readonly topic: string;
  /** What a record must be to go there; without it every record does. */
  readonly when?: When;
}

/** A condition over a record's tags, measures and provenance. */
export interface When {
  /** As it was written. */
  readonly text: string;
  readonly expression: Expression;
}

/** Stands where a stage's id would: in the ledger, and in the verdict of records that no route takes. */
export const routeStage = "route";

/** The reason code of records that no route takes. */
export const noRoute = "no_route";

/** Whether a record may be taken by no route. */
export function mayLeaveUnrouted(routes: readonly Route[]): boolean {
  return routes.every((route) => route.when !== undefined);
}
