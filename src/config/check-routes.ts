import type { Pipeline } from "../core/pipeline.ts";
import type { Route } from "../core/route.ts";
import { parseWhen, WhenError } from "../core/when/parse.ts";
import { knownValues } from "./known-values.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import { whenFindings } from "./when-findings.ts";

/** What curated records may be told to do: go to one topic, or take routes. */
export type Destination = string | readonly { readonly topic: string; readonly when?: string | undefined }[];

/** Where a destination's parts are said. */
export interface DestinationPaths {
  readonly topic: (index: number) => Path;
  readonly when: (index: number) => Path;
}

export function destinationPaths(to: Destination, path: Path): DestinationPaths {
  return {
    topic: (index) => (typeof to === "string" ? path : [...path, index, "topic"]),
    when: (index) => [...path, index, "when"],
  };
}

/** Reads the conditions. A route whose condition cannot be read is told, and stands without one. */
export function readRoutes(
  to: Destination,
  paths: DestinationPaths,
): { readonly routes: readonly Route[]; readonly findings: readonly Finding[] } {
  if (typeof to === "string") return { routes: [{ topic: to }], findings: [] };
  const findings: Finding[] = [];
  const routes = to.map(({ topic, when: text }, index): Route => {
    if (text === undefined) return { topic };
    try {
      return { topic, when: { text, expression: parseWhen(text) } };
    } catch (error) {
      if (!(error instanceof WhenError)) throw error;
      findings.push({
        path: paths.when(index),
        at: "value",
        message: `${error.message}, at character ${error.at + 1}`,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
      return { topic };
    }
  });
  return { routes, findings };
}

/** Compares the conditions of a pipeline with what its records can have. */
export function routeFindings(
  pipeline: Pipeline,
  all: readonly Pipeline[],
  paths: DestinationPaths,
): readonly Finding[] {
  const conditions = pipeline.to.flatMap(({ when }, index) => (when === undefined ? [] : [{ when, index }]));
  if (conditions.length === 0) return [];
  const known = knownValues(pipeline, all);
  return conditions.flatMap(({ when, index }) =>
    whenFindings(when.expression, known).map(
      (finding): Finding => ({ ...finding, path: paths.when(index), at: "value" }),
    ),
  );
}
