import type { Json } from "../../core/json.ts";
import type { Change, PlanEdit } from "../../runtime/plan-edit.ts";
import type { PipelinePlan, StagePlan } from "../plan-report.ts";
import { curveRows, renderCurve } from "./curve.ts";
import { countOf, formatBytes, formatCount } from "./numbers.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";
import { elide, oneLine } from "./text.ts";

/** A pipeline as it would run, and what the edit does to what is there. */
export function renderPlan(plan: PipelinePlan, width: number, style: Style): readonly string[] {
  return [
    `${style.bold(plan.pipeline)}  ${plan.from.join(", ")} → ${plan.to.map(({ topic }) => topic).join(", ")}`,
    ...renderRoutes(plan.to),
    ...renderSegments(plan, style),
    ...renderStages(plan.stages, style),
    ...plan.stages.flatMap((stage) => renderForecast(stage, style)),
    ...renderEdit(plan, width, style).map((line) => `  ${line}`),
  ];
}

function renderRoutes(routes: PipelinePlan["to"]): readonly string[] {
  if (routes.every(({ when }) => when === undefined)) return [];
  return routes.map(
    ({ topic, when }) => `  ${topic} ${when === undefined ? "takes every record" : `when ${when}`}`,
  );
}

function renderSegments({ plan, segments }: PipelinePlan, style: Style): readonly string[] {
  const [only, ...others] = segments;
  const head = `  plan ${plan.slice(0, 12)}`;
  if (only?.kind === "whole") return [style.dim(`${head} · one task reads all partitions, in log order`)];
  return [
    style.dim(`${head} · ${countOf(1 + others.length, "segment")}, joined by internal topics`),
    ...segments.map(({ name, kind, reads, tasks, stages, prepares, writes }) => {
      const who = kind === "serial" ? "one task, in the order of its topic" : countOf(tasks, "task");
      const ahead = prepares.length === 0 ? [] : [`prepares ${prepares.join(", ")}`];
      const work = [...(stages.length === 0 ? [] : [stages.join(", ")]), ...ahead].join("; ");
      return `  ${style.bold(name)} (${who})  ${reads.join(", ")} → ${work === "" ? "" : `${work} → `}${writes.join(", ")}`;
    }),
  ];
}

function renderStages(stages: readonly StagePlan[], style: Style): readonly string[] {
  const table = renderTable(
    [
      { title: "stage", align: "left" },
      { title: "plugin", align: "left" },
      { title: "kind", align: "left" },
      { title: "batch", align: "right" },
      { title: "at once", align: "right" },
      { title: "workers", align: "right" },
    ],
    stages.map(({ id, plugin, kind, options }) => [
      id,
      plugin,
      kind,
      String(options.batch),
      String(options.concurrency),
      options.workers === 0 ? "–" : String(options.workers),
    ]),
  );
  return table.map((line, i) => `  ${i === 0 ? style.dim(line) : line}`);
}

function renderForecast({ id, forecast, state }: StagePlan, style: Style): readonly string[] {
  if (forecast === undefined) return [];
  const { summary, memoryBytes, storeBytes, curve } = forecast;
  const held = state === undefined ? [] : [`    now ${renderState(state)}`];
  const bounds = `    at its caps at most ${formatBytes(memoryBytes)} of memory, ${formatBytes(storeBytes)} in the store`;
  const head = ["", `  ${style.bold(id)}  ${summary}`, bounds, ...held];
  if (curve === undefined) return [...head, ""];
  const table = renderTable(
    [
      { title: curve.measure, align: "right" },
      { title: "compared in vain", align: "right" },
      { title: "missed", align: "right" },
    ],
    curveRows(curve).map(([similarity, vain, missed]) => [String(similarity), vain, missed]),
  );
  return [
    ...head,
    "",
    style.dim("    how likely a pair is found, by its similarity"),
    ...renderCurve(curve, style).map((line) => `  ${line}`),
    "",
    ...table.map((line, i) => `    ${i === 0 ? style.dim(line) : line}`),
    "",
  ];
}

/** `1,000 records · 12 evicted`. */
export function renderState(state: { readonly [name: string]: Json }): string {
  return Object.entries(state)
    .map(([name, value]) => {
      if (typeof value !== "number") return `${name} ${oneLine(JSON.stringify(value))}`;
      return name === "bytes" ? formatBytes(value) : `${formatCount(value)} ${name}`;
    })
    .join(" · ");
}

function renderEdit({ pipeline, edit }: PipelinePlan, width: number, style: Style): readonly string[] {
  switch (edit.kind) {
    case "new":
      return [style.green("new: starts with the oldest records of its sources")];
    case "unchanged":
      return [`unchanged: goes on after ${commits(edit)}`];
    case "new plan":
      return [
        style.yellow(
          `a new plan, in force from the next commit on (${commits(edit)} so far); all state stays`,
        ),
        ...edit.changes.map((change) => renderChange(change, width)),
      ];
    case "refused":
      return [
        style.red(`refused: the state of ${edit.stages.join(", ")} was built differently (${commits(edit)})`),
        ...edit.changes.map((change) => renderChange(change, width)),
        "ways out:",
        "  give the pipeline a new name and output topic: a new state is built beside the old one",
        `  magpie reset ${pipeline}: curate everything again; paid answers stay`,
        "  put the old setting back",
      ];
  }
}

function commits({ commit }: Exclude<PlanEdit, { kind: "new" }>): string {
  return countOf(commit, "commit");
}

function renderChange({ setting, from, to }: Change, width: number): string {
  const room = Math.max(20, Math.floor((width - setting.length) / 2) - 8);
  const show = (value: Json | undefined) =>
    value === undefined ? "nothing" : elide(oneLine(JSON.stringify(value)), room);
  return `  ${setting}: ${show(from)} → ${show(to)}`;
}
