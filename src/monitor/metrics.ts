import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type LabelsOf, type MetricDefinition, type MetricName, metricDefinitions } from "./definitions.ts";

/** From a call that measures a batch in memory to one that waits for a slow model. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** A value with its labels. */
export type Row<N extends MetricName> = readonly [labels: LabelsOf<N>, value: number];

/** The metrics of one run, in a registry of their own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();

  constructor() {
    for (const [name, definition] of Object.entries<MetricDefinition>(metricDefinitions)) {
      const { type, labels, help } = definition;
      const configuration = { name, help, labelNames: [...labels], registers: [this.#registry] };
      if (type === "counter") this.#counters.set(name, new Counter(configuration));
      else if (type === "gauge") this.#gauges.set(name, new Gauge(configuration));
      else this.#histograms.set(name, new Histogram({ ...configuration, buckets: secondsBuckets }));
    }
  }

  /** Adds to a counter; adding 0 lets it begin before anything has happened. */
  add<N extends MetricName>(name: N, labels: LabelsOf<N>, value = 1): void {
    this.#counters.get(name)!.inc({ ...labels }, value);
  }

  /** Adds to a histogram. */
  observe<N extends MetricName>(name: N, labels: LabelsOf<N>, milliseconds: number): void {
    this.#histograms.get(name)!.observe({ ...labels }, milliseconds / 1000);
  }

  /** Sets a counter or gauge, whose values are kept elsewhere, to these rows alone. */
  replace<N extends MetricName>(name: N, rows: readonly Row<N>[]): void {
    const metric = this.#counters.get(name) ?? this.#gauges.get(name)!;
    metric.reset();
    for (const [labels, value] of rows) metric.inc({ ...labels }, value);
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
