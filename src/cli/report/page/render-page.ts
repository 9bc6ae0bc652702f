import { createHash } from "node:crypto";
import type { PipelineReport, TopicReport } from "../read-topic-report.ts";
import { dropsSection } from "./drops-section.ts";
import { duplicatesSection } from "./duplicates-section.ts";
import { funnelSection } from "./funnel-section.ts";
import { Html, html } from "./html.ts";
import { languagesSection } from "./languages-section.ts";
import { lengthsSection } from "./lengths-section.ts";
import { overviewSection } from "./overview-section.ts";
import { samplersSection } from "./samplers-section.ts";
import { stylesheet } from "./stylesheet.ts";

/**
 * One page that needs nothing else: no network, no script. Its policy allows only the style sheet in it, by hash, so that
 * not even markup that got past the escaping could load or run anything.
 *
 * @param sets one topic, or two that are compared.
 * @param now milliseconds since 1970.
 */
export function renderPage(sets: readonly TopicReport[], now: number): string {
  const pipelines = distinct(sets.flatMap(({ pipeline }) => pipeline ?? []));
  const title = sets.map(({ topic }) => topic).join(" against ");
  const hash = createHash("sha256").update(stylesheet).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(stylesheet)}</style>
</head>
<body>
<header>
<p class="kind">magpie report</p>
<h1>${sets.map(({ topic }, i) => (i === 0 ? topic : html` <span class="against">against</span> ${topic}`))}</h1>
<p class="note">${describe(sets)} Made ${new Date(now).toISOString().slice(0, 16).replace("T", " ")} UTC.</p>
${overviewSection(sets)}
</header>
<main>${funnelSection(pipelines)}${lengthsSection(sets)}${languagesSection(sets)}${samplersSection(pipelines)}${dropsSection(pipelines)}${duplicatesSection(pipelines)}
</main>
</body>
</html>
`;
  return page.text;
}

/** Two topics of one pipeline have one funnel. */
function distinct(pipelines: readonly PipelineReport[]): readonly PipelineReport[] {
  return pipelines.filter(({ name }, i) => pipelines.findIndex((other) => other.name === name) === i);
}

function describe(sets: readonly TopicReport[]): string {
  return sets
    .map(({ topic, pipeline }) =>
      pipeline === undefined
        ? `No pipeline writes ${topic}.`
        : `${pipeline.name} writes ${topic} from ${pipeline.from.join(", ")}.`,
    )
    .join(" ");
}
