import type { TopicInfo, TopicSettings } from "../../log/log.ts";
import type { TopicChange } from "../topic-changes.ts";
import { countOf, formatBytes, formatCount, formatDuration } from "./numbers.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";

const columns: readonly Column[] = [
  { title: "topic", align: "left" },
  { title: "partitions", align: "right" },
  { title: "records", align: "right" },
  { title: "size", align: "right" },
  { title: "kept", align: "left" },
];

/** The topics of the log, then (`missing`) those that are only configured. */
export function renderTopics(
  topics: readonly TopicInfo[],
  missing: readonly string[],
  style: Style,
): readonly string[] {
  const rows = topics.map((topic) => [
    topic.name,
    formatCount(topic.partitions),
    formatCount(topic.ranges.reduce((sum, range) => sum + range.end - range.start, 0n)),
    formatBytes(topic.bytes),
    renderRetention(topic),
  ]);
  const [header, ...lines] = renderTable(columns, [...rows, ...missing.map((name) => [name])]);
  return [
    style.dim(header ?? ""),
    ...lines.map((line, i) => (i < rows.length ? line : style.dim(`${line}  (configured, not created yet)`))),
  ];
}

/** What `topics apply` does, or with `--dry-run` would do. */
export function renderTopicChanges(
  changes: readonly TopicChange[],
  { applied }: { readonly applied: boolean },
  style: Style,
): readonly string[] {
  if (changes.length === 0) return ["every topic is as configured"];
  return [
    ...changes.map(({ topic, from, to, maxMessageBytes: largest }) =>
      from === undefined
        ? style.green(`+ ${topic}  ${renderSettings(to)}`)
        : style.yellow(
            `~ ${topic}  ${renderChange(from, to)}${largest === undefined ? "" : renderLargest(largest)}`,
          ),
    ),
    applied ? `${countOf(changes.length, "topic")} changed` : "nothing was changed (--dry-run)",
  ];
}

function renderChange(from: TopicSettings, to: TopicSettings): string {
  const [before, after] = [renderSettings(from), renderSettings(to)];
  return before === after ? before : `${before} → ${after}`;
}

function renderLargest({ from, to }: { readonly from: number; readonly to: number }): string {
  return `, messages up to ${formatBytes(from)} → ${formatBytes(to)}`;
}

function renderSettings(settings: TopicSettings): string {
  return `${countOf(settings.partitions, "partition")}, kept ${renderRetention(settings)}`;
}

function renderRetention({ retention }: TopicSettings): string {
  const bounds = [
    ...(retention?.ageMs === undefined ? [] : [formatDuration(retention.ageMs)]),
    ...(retention?.bytes === undefined ? [] : [formatBytes(retention.bytes)]),
  ];
  return bounds.length === 0 ? "for ever" : bounds.join(" or ");
}
