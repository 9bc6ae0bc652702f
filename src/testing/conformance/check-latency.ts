import type { JsonObject } from "../../core/json.ts";
import type { Context, Plugin } from "../../core/plugin.ts";
import { checkShapes, eachAlone } from "./check-behaviour.ts";
import { largeRecords, largeSizes, usualBatch } from "./example-records.ts";
import { type OpenPlugin, openPlugin } from "./run-plugin.ts";
import type { Report } from "./violation.ts";

/** A text four times as long may take four times as long, and somewhat more. */
const fairGrowth = 6;

/**
 * Times a usual batch, and texts of growing size up to the largest, each alone. The sizes grow so that what takes quadratic time is
 * found long before it takes hours: a shape is given up when it is over the budget, or would be at the next size.
 */
export async function checkLatency(
  plugin: Plugin,
  config: JsonObject,
  context: Context,
  budgetMs: number,
  report: Report,
): Promise<void> {
  const open = await openPlugin(plugin, config, context);
  try {
    const batch = usualBatch().map(([, record]) => record);
    const ms = await timed(
      () => open.pure(batch),
      (first) => first > budgetMs,
    );
    if (ms > budgetMs)
      report("latency", `a batch of ${batch.length} records of 2 KB took ${tellMs(ms, budgetMs)}`);
    await checkGrowth(plugin, open, budgetMs, report);
  } finally {
    await open.close();
  }
}

async function checkGrowth(
  plugin: Plugin,
  open: OpenPlugin,
  budgetMs: number,
  report: Report,
): Promise<void> {
  const before = new Map<number, number>();
  const over = new Set<number>();
  for (const size of largeSizes)
    for (const [shape, named] of largeRecords(size).entries()) {
      if (over.has(shape)) continue;
      const [name] = named;
      let results: readonly unknown[] | undefined;
      const growthOf = (ms: number) => ms / Math.max(before.get(shape) ?? ms, budgetMs / 100);
      const isTooLong = (ms: number) => {
        const next = size === largeSizes.at(-1) ? 0 : ms * growthOf(ms);
        return ms > budgetMs || (growthOf(ms) > fairGrowth && next > budgetMs);
      };
      const ms = await timed(async () => {
        results = await eachAlone(open, [named], report);
      }, isTooLong);
      if (results === undefined) return;
      checkShapes(plugin, [named], results, report);
      if (!isTooLong(ms)) {
        before.set(shape, ms);
        continue;
      }
      over.add(shape);
      const more = ms > budgetMs ? "" : `, ${Math.round(growthOf(ms))} times as long as a quarter of it`;
      report("latency", `${name} took ${tellMs(ms, budgetMs)}${more}`);
    }
}

/** Milliseconds that `run` takes. What seems too long is done once more, and the shorter time counts: the machine may have been busy. */
async function timed(run: () => Promise<unknown>, isTooLong: (ms: number) => boolean): Promise<number> {
  const once = async () => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  const first = await once();
  return isTooLong(first) ? Math.min(first, await once()) : first;
}

function tellMs(ms: number, budgetMs: number): string {
  return `${Math.round(ms)} ms (budget: ${budgetMs} ms)`;
}
