import type { MagpieRecord } from "../core/record.ts";
import type { Route } from "../core/route.ts";
import { compileWhen } from "../core/when/evaluate.ts";

/** The topics a curated record goes to, in the order of the routes. */
export type Router = (record: MagpieRecord) => readonly string[];

export function createRouter(routes: readonly Route[]): Router {
  const tests = routes.map(({ topic, when }) => ({
    topic,
    takes: when === undefined ? () => true : compileWhen(when.expression),
  }));
  const all = routes.map((route) => route.topic);
  if (routes.every((route) => route.when === undefined)) return () => all;
  return (record) => tests.flatMap(({ topic, takes }) => (takes(record) ? [topic] : []));
}
