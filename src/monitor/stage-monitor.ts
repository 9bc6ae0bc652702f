import { MagpieError } from "../core/errors.ts";
import type { AnswerSource } from "../runtime/once.ts";
import type { StageObserver } from "../runtime/run-observer.ts";
import type { MonitorDeps } from "./monitor-deps.ts";

/** Counts the calls of one stage, and times them. */
export class StageMonitor implements StageObserver {
  readonly #labels: { readonly pipeline: string; readonly stage: string };
  readonly #deps: MonitorDeps;
  /** A call was answered. */
  readonly #progress: () => void;

  constructor(pipeline: string, stage: string, deps: MonitorDeps, progress: () => void) {
    this.#labels = { pipeline, stage };
    this.#deps = deps;
    this.#progress = progress;
    for (const result of ["answered", "failed", "timed_out"])
      deps.metrics.add("magpie_calls_total", { ...this.#labels, result }, 0);
    deps.metrics.add("magpie_call_retries_total", this.#labels, 0);
  }

  calling(): (error?: unknown) => void {
    const { metrics, clock } = this.#deps;
    const beganAt = clock();
    return (error) => {
      metrics.observe("magpie_call_seconds", this.#labels, clock() - beganAt);
      metrics.add("magpie_calls_total", { ...this.#labels, result: resultOf(error) });
      if (error === undefined) this.#progress();
    };
  }

  retrying(): void {
    this.#deps.metrics.add("magpie_call_retries_total", this.#labels);
  }

  answered(source: AnswerSource): void {
    this.#deps.metrics.add("magpie_answers_total", { ...this.#labels, source });
  }
}

function resultOf(error: unknown): "answered" | "failed" | "timed_out" {
  if (error === undefined) return "answered";
  return error instanceof MagpieError && error.code === "MGP_PLUGIN_TIMEOUT" ? "timed_out" : "failed";
}
