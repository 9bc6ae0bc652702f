import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type MetricDefinition, metricDefinitions } from "../../src/monitor/definitions.ts";
import { processMetricNames } from "../../src/monitor/process-metrics.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const dashboard = JSON.parse(read("examples/kafka/grafana/dashboards/magpie.json"));
const panels: readonly Panel[] = dashboard.panels;
const targets = panels.flatMap((panel) => panel.targets ?? []);
const definitions: { readonly [name: string]: MetricDefinition } = metricDefinitions;
const ofProcess: readonly string[] = processMetricNames;
/** Labels that Prometheus gives itself. */
const givenLabels = ["le", "job", "instance"];

const metricsIn = (expr: string) => expr.match(/\b(magpie|process|nodejs)_\w+/g) ?? [];
/** The metric that a histogram's series belongs to, or the name itself. */
const definedName = (name: string) => (name in definitions ? name : name.replace(/_(bucket|sum|count)$/, ""));
const isHistogram = (name: string) => definitions[definedName(name)]?.type === "histogram";

it("asks only for metrics that there are, and for series of a histogram where it is one", () => {
  const unknown = targets.flatMap(({ expr }) =>
    metricsIn(expr).filter(
      (name) =>
        !ofProcess.includes(name) &&
        (definitions[definedName(name)] === undefined || isHistogram(name) !== (name !== definedName(name))),
    ),
  );
  expect(unknown).toEqual([]);
  expect(targets.filter(({ expr }) => metricsIn(expr).length === 0)).toEqual([]);
});

it("uses only labels that the metrics have", () => {
  const unknown = targets.flatMap(({ expr, legendFormat }) => {
    const labels = [
      ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/,\s*/)),
      ...[...expr.matchAll(/[{,]\s*(\w+)\s*(?:=~|!=|=)/g)].map(([, label]) => label!),
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!),
    ];
    const known = metricsIn(expr).flatMap((name) => definitions[definedName(name)]?.labels ?? []);
    return labels.filter((label) => !known.includes(label) && !givenLabels.includes(label));
  });
  expect(unknown).toEqual([]);
});

it("takes the rate of counters only", () => {
  const rates = targets.flatMap(({ expr }) =>
    [...expr.matchAll(/(?:rate|increase)\((\w+)/g)].map(([, name]) => name!),
  );
  const types = rates.filter((name) => name in definitions).map((name) => definitions[name]!.type);
  expect([...new Set(types)]).toEqual(["counter"]);
});

it("draws every metric of ours", () => {
  const drawn = new Set(targets.flatMap(({ expr }) => metricsIn(expr).map(definedName)));
  expect(Object.keys(definitions).filter((name) => !drawn.has(name))).toEqual([]);
});

it("has every panel explained in docs/dashboard.md, in the order in which they stand, and nothing else", () => {
  const explained = read("docs/dashboard.md")
    .split(/^(?=##)/m)
    .slice(1)
    .map((section) => {
      const [heading = "", ...text] = section.trim().split("\n");
      const [, marks, title] = /^(#+) (.*)$/.exec(heading)!;
      return { type: marks === "##" ? "row" : "timeseries", title, isExplained: text.join("") !== "" };
    });
  expect(explained).toEqual(panels.map(({ type, title }) => ({ type, title, isExplained: type !== "row" })));
});

it("gives every panel a place of its own", () => {
  const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});
