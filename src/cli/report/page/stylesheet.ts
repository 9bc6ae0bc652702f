/** Everything a page looks like: light or dark as the reader prefers, and on paper. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --text: #1c2024; --soft: #5d6670; --line: #e3e5e8; --track: #eceef0;
  --first: #2f6690; --second: #c2621b; --dropped: #d6a54a; --quarantined: #b3372b; --loss: #8a6210;
  --mark: #fbe3a8; --on-mark: #3d2c00; --strong: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1b1f23; --text: #e7e9eb; --soft: #9ba5af; --line: #2d3339; --track: #272c31;
    --first: #6fa8d6; --second: #e8955a; --dropped: #b98a35; --quarantined: #e0685b; --loss: #d8ae5f;
    --mark: #5a4618; --on-mark: #ffe9b8; --strong: #0d1318;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 40px 24px 80px; max-width: 1080px; background: var(--page); color: var(--text);
  font: 15px/1.5 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, h4, p, dl, dd, ul { margin: 0; }
h1 { font-size: 30px; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; }
h2 { font-size: 19px; font-weight: 650; letter-spacing: -0.01em; }
h3 { font-size: 15px; font-weight: 600; margin: 16px 0 2px; }
.columns h3 { margin-top: 0; }
h4 { font-size: 14px; font-weight: 400; color: var(--soft); }
small, .note, .about, .why, .stage, .place { color: var(--soft); font-size: 13px; }
.kind { color: var(--soft); font-size: 12px; letter-spacing: 0.08em; text-transform: uppercase; margin-bottom: 4px; }
.against { font-weight: 400; color: var(--soft); }
header .note { margin-top: 6px; }
section { margin-top: 44px; padding-top: 20px; border-top: 1px solid var(--line); }
.about { max-width: 640px; margin-bottom: 16px; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 24px; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { font-size: 26px; font-weight: 600; letter-spacing: -0.02em; line-height: 1.3; }
.tiles dd small { font-size: 14px; font-weight: 400; letter-spacing: 0; margin-left: 8px; }

.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px 40px; align-items: start; }
.stacked { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding-bottom: 6px; }
th, td { padding: 4px 0 4px 12px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { font-weight: 400; }
thead th { color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 500; }
.detail th { padding-left: 14px; font-weight: 400; }
.detail th, .detail td { color: var(--soft); border-bottom-style: dotted; }
.compare { margin-top: 20px; max-width: 820px; }
.languages .wide { width: 45%; }
.languages small { display: inline-block; min-width: 3.6em; }

svg { display: block; overflow: visible; }
.chart { margin-top: 8px; margin-bottom: 12px; }
.chart text { fill: var(--text); font-size: 13px; }
.chart .soft { fill: var(--soft); font-size: 12px; }
.chart .loss { fill: var(--loss); font-size: 12px; }
.chart .value { font-weight: 500; }
.track { fill: var(--track); }
.kept, .first { fill: var(--first); }
.second-fill { fill: var(--second); }
.dropped { fill: var(--dropped); }
.quarantined { fill: var(--quarantined); }
.grid { stroke: var(--line); }
.axis { stroke: var(--soft); }
.second { stroke: var(--second); stroke-width: 2; stroke-linecap: square; }
.median { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 3 3; }
.median.second { stroke: var(--second); }
.cell { fill: var(--first); }
.chart .heat { font-weight: 600; font-size: 14px; }
.chart .heat.small { font-weight: 400; font-size: 11px; }
.chart .strong { fill: var(--strong); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; background: var(--second); }
.key.first { background: var(--first); }

.reason { border-bottom: 1px solid var(--line); }
.reason summary {
  display: grid; grid-template-columns: 14px minmax(150px, 1.2fr) minmax(70px, 0.8fr) minmax(80px, 2fr) 130px;
  gap: 12px; align-items: center; padding: 8px 0; cursor: pointer; list-style: none;
}
.reason summary::-webkit-details-marker { display: none; }
.reason summary::before { content: ""; width: 6px; height: 6px; margin-left: 2px; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); }
.reason[open] summary::before { transform: rotate(45deg); }
.reason summary:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; border-radius: 4px; }
.code { font-weight: 550; }
.count { text-align: right; white-space: nowrap; }
.examples { list-style: none; padding: 2px 0 14px 26px; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; align-items: start; }
.examples .text { max-height: 13.5em; overflow-y: auto; }
.examples li, .cluster { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.text { white-space: pre-wrap; font-size: 14px; unicode-bidi: isolate; }
.why { margin-top: 6px; }
.place { font-size: 12px; }
.lost { color: var(--soft); font-style: italic; }
.unseen { font-size: 11px; color: var(--soft); border: 1px solid var(--line); border-radius: 3px; padding: 0 3px; margin: 0 1px; unicode-bidi: isolate; }

.cluster { margin-top: 12px; }
.cluster h4 .count { font-weight: 600; color: var(--text); }
.cluster h4 .place { font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 28px; padding-top: 10px; margin-top: 10px; border-top: 1px solid var(--line); }
.pair.same { grid-template-columns: minmax(0, 1fr); }
mark { background: var(--mark); color: var(--on-mark); border-radius: 3px; padding: 0 2px; margin: 0 -2px; }

@media (max-width: 760px) {
  body { padding: 24px 16px 48px; }
  h1 { font-size: 24px; }
  .columns, .examples, .pair { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tiles dd { font-size: 22px; }
  .tiles dd small { display: block; margin: 0; }
  .examples { padding-left: 0; }
  .reason summary { grid-template-columns: 14px 1fr auto; gap: 4px 8px; }
  .reason summary .stage, .reason summary .bar { grid-column: 2 / -1; }
  .reason summary .count { grid-row: 1; grid-column: 3; }
  .pair > div { padding-left: 12px; border-left: 2px solid var(--line); }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc; --track: #eee;
    --first: #2f6690; --second: #c2621b; --dropped: #d6a54a; --quarantined: #b3372b; --loss: #6b4c0c;
    --mark: #fbe3a8; --on-mark: #000; --strong: #fff;
  }
  body { max-width: none; padding: 0; font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section { margin-top: 24px; }
  .examples .text { max-height: none; }
  .reason summary::before { visibility: hidden; }
  .reason::details-content { content-visibility: visible; height: auto; }
  .cluster, .examples li, .chart, tr, h2, h3 { break-inside: avoid; }
  h2, h3, h4, summary { break-after: avoid; }
}
`;
