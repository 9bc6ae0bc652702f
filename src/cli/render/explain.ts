import type { Json, JsonObject } from "../../core/json.ts";
import type { RecordPath, StagePassage, Visit } from "../explain/record-path.ts";
import type { Holder } from "../find-holders.ts";
import { messageBeside } from "../quarantine-message.ts";
import { comparedText, shownText } from "../readable-record.ts";
import { countOf } from "./numbers.ts";
import { renderSideBySide } from "./side-by-side.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { elide, oneLine, truncate } from "./text.ts";
import { wrapText } from "./wrap.ts";

const narrowest = 40;

/** A record's path: a block for every pipeline that met it. */
export function renderPath(path: RecordPath, columns: number, style: Style): readonly string[] {
  const width = Math.max(narrowest, columns);
  const { id, position, produced } = path;
  const title = `${style.bold(oneLine(id))}${id === position ? "" : `  ${style.dim(position)}`}`;
  return [
    truncate(title, width),
    ...(produced === undefined ? [] : [`  ${elide(oneLine(shownText(produced)), width - 2)}`]),
    ...path.visits.flatMap((visit) => ["", ...renderVisit(visit, path, width, style)]),
    ...(path.ahead.length === 0 && path.visits.length > 0 ? [] : ["", ...renderAhead(path, width, style)]),
  ];
}

function renderVisit(visit: Visit, path: RecordPath, width: number, style: Style): readonly string[] {
  const { pipeline, read, replayOf, plan, stages, outcome, wrote } = visit;
  const heading = [
    `${style.bold(pipeline)}  read at ${read}`,
    ...(replayOf === undefined ? [] : [`another attempt of ${replayOf}`]),
    ...(plan === undefined ? [] : [style.dim(`plan ${plan.slice(0, 12)}`)]),
  ];
  const unreached = stages.filter((stage) => stage.outcome === "not reached").map(({ id }) => id);
  const colour = outcome === "curated" ? style.green : outcome === "rejected" ? style.yellow : style.red;
  return [
    truncate(heading.join(" · "), width),
    ...stages.flatMap((stage) => renderStage(stage, visit, width, style)),
    ...(unreached.length === 0
      ? []
      : [style.dim(truncate(`  · not reached: ${unreached.join(", ")}`, width))]),
    ...renderRewriting(visit, path, width, style),
    ...renderTags(visit, width, style),
    `  ${style.dim("→")} ${colour(outcome)}: ${wrote.join(", ")}`,
  ];
}

function renderStage(stage: StagePassage, visit: Visit, width: number, style: Style): readonly string[] {
  const { id, plugin, outcome, settings, measures } = stage;
  if (outcome === "not reached") return [];
  const sign = { kept: style.green("✔"), dropped: style.yellow("✘"), quarantined: style.red("✘") }[outcome];
  return [
    `  ${sign} ${id}  ${style.dim(plugin)}`.trimEnd(),
    ...renderValues("measured", measures ?? {}, width, style),
    ...renderValues("settings", settings, width, style),
    ...(outcome === "dropped" ? renderVerdict(visit, settings, width, style) : []),
    ...(outcome === "quarantined" ? renderQuarantine(visit, width, style) : []),
  ];
}

const noBreak = "\u00a0";

/** Names and values of an object, those that are null left out. */
function renderValues(
  title: string,
  values: JsonObject,
  width: number,
  style: Style,
  indent = 6,
): readonly string[] {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${renderValue(value)}`);
  if (parts.length === 0) return [];
  // Lines are broken between values, not within one.
  const whole = parts.map((part) => part.replaceAll(" ", noBreak)).join(" · ");
  return wrapText(whole, width - indent - 10).map((line, i) => {
    const name = style.dim((i === 0 ? title : "").padEnd(10));
    return `${" ".repeat(indent)}${name}${line.replaceAll(noBreak, " ")}`;
  });
}

function renderValue(value: Json): string {
  if (typeof value === "number") return String(Number(value.toPrecision(4)));
  return oneLine(typeof value === "string" ? value : JSON.stringify(value));
}

function renderVerdict(visit: Visit, settings: JsonObject, width: number, style: Style): readonly string[] {
  return [
    ...(visit.verdict?.reasons ?? []).flatMap(({ code, message, observed, limit }) => [
      `      ${style.yellow(code)}`,
      ...wrapText(oneLine(message), width - 8).map((line) => `        ${line}`),
      ...renderValues("", { observed: observed ?? null, limit: limit ?? null }, width, style),
    ]),
    ...visit.holders.flatMap((holder) => renderHolder(visit, holder, settings, width, style)),
  ];
}

function renderHolder(
  { read, record }: Visit,
  holder: Holder,
  settings: JsonObject,
  width: number,
  style: Style,
): readonly string[] {
  const name = `${holder.position} ${oneLine(holder.id)}${holder.outcome === undefined ? "" : ` (${holder.outcome})`}`;
  if (holder.record === undefined) return [`      ${style.dim(`the text of ${name} is no longer retained`)}`];
  const texts = renderSideBySide(
    { title: `this record, ${read}`, text: record === undefined ? "" : comparedText(record, settings) },
    { title: name, text: comparedText(holder.record, settings) },
    width - 6,
    style,
  );
  return ["", ...texts.map((line) => `      ${line}`), ""];
}

function renderQuarantine({ quarantine }: Visit, width: number, style: Style): readonly string[] {
  if (quarantine === undefined) return [];
  const { error, attempts, bytes } = quarantine;
  return [
    `      ${style.red(error.code)}  ${countOf(attempts, "attempt")}`,
    ...wrapText(oneLine(messageBeside(quarantine)), width - 8).map((line) => `        ${line}`),
    `      ${style.dim("bytes")}  ${elide(oneLine(Buffer.from(bytes, "base64").subarray(0, 4096).toString()), width - 13)}`,
  ];
}

/** What the pipeline's transforms made of the texts. */
function renderRewriting(visit: Visit, path: RecordPath, width: number, style: Style): readonly string[] {
  const input = path.visits.find(({ wrote }) => wrote.includes(visit.read))?.record ?? path.produced;
  if (visit.record === undefined || input === undefined) return [];
  const [before, after] = [shownText(input), shownText(visit.record)];
  if (before === after) return [];
  const texts = renderSideBySide(
    { title: "as it was read", text: before },
    { title: "as the stages left it", text: after },
    width - 4,
    style,
  );
  return ["", ...texts.map((line) => `    ${line}`), ""];
}

function renderTags({ record }: Visit, width: number, style: Style): readonly string[] {
  const tags = Object.entries(record?.tags ?? {}).map(([name, { value, by }]) => [
    name,
    `${renderValue(value)} (${by})`,
  ]);
  return renderValues("tags", Object.fromEntries(tags), width, style, 2);
}

function renderAhead(
  { ahead, visits, position }: RecordPath,
  width: number,
  style: Style,
): readonly string[] {
  if (ahead.length === 0 && visits.length === 0)
    return [`no pipeline of the configuration reads ${position.slice(0, position.indexOf("/"))}`];
  const said = {
    waiting: (at: string) => `has not read ${at} yet`,
    "in flight": (at: string) => `has read ${at}, and it is on its way through the stages`,
    removed: (at: string) => `has read ${at}; retention has removed what it wrote`,
  };
  return ahead.map(({ pipeline, position: at, state }) =>
    truncate(`${style.bold(pipeline)}  ${said[state](at)}`, width),
  );
}

const columns: readonly Column[] = [
  { title: "position", align: "left" },
  { title: "ended as", align: "left" },
  { title: "text", align: "left" },
];

/** Many records with one id, a line each. */
export function renderPaths(paths: readonly RecordPath[], width: number, style: Style): readonly string[] {
  const rows = paths.map(({ position, produced, visits }) => {
    const ends = visits.filter(({ wrote }) => !visits.some(({ read }) => wrote.includes(read)));
    return [
      position,
      ends.map(({ pipeline, outcome }) => `${outcome} by ${pipeline}`).join(", "),
      produced === undefined ? "" : oneLine(shownText(produced)),
    ];
  });
  const [header = "", ...lines] = renderTable(columns, rows);
  return [style.dim(header), ...lines].map((line) => truncate(line, width));
}
