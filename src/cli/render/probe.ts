import type { ProbeReport } from "../../model/probe/judge-samples.ts";
import { renderTable } from "./table.ts";

/** The measures of a probe, then its verdict with what to change. */
export function renderProbe(report: ProbeReport): readonly string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const languages = Object.entries(report.languages)
    .slice(0, 4)
    .map(([code, count]) => `${code} ${count}`)
    .join(", ");
  const rows = [
    ["samples", String(report.samples)],
    ["ended by themselves", percent(report.ended)],
    ["empty", percent(report.empty)],
    ["begin in the middle of a sentence", percent(report.fragments)],
    ["go on as the assistant", percent(report.leaked)],
    ["tokens, mean", String(Math.round(report.meanTokens))],
    ["languages", languages],
  ];
  const table = renderTable(
    [
      { title: "", align: "left" },
      { title: "", align: "left" },
    ],
    rows,
  );
  if (report.findings.length === 0) return [...table, "", "passes: user queries come out"];
  return [...table, "", "does not pass:", ...report.findings.map((finding) => `  ${finding}`)];
}
