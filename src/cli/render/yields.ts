import type { Yields } from "../../runtime/tickets/read-yields.ts";
import { countOf, formatCount, formatDuration } from "./numbers.ts";
import type { Style } from "./style.ts";

/**
 * What each sampler has cost:
 * `ask  60 sampled, 21 accepted · 9,120 tokens read, 7,480 generated · 1 min 25 s of models · 790 tokens and 4 s an accepted record`.
 */
export function renderYields(yields: Yields, style: Style): readonly string[] {
  return Object.entries(yields).map(([name, { sampled, accepted, tokens, modelMs }]) => {
    const all = tokens.prompt + tokens.completion;
    const counts = [
      `${formatCount(sampled)} sampled`,
      ...(accepted === undefined ? [] : [`${formatCount(accepted)} accepted`]),
    ];
    return [
      `${style.bold(name)}  ${counts.join(", ")}`,
      `${countOf(tokens.prompt, "token")} read, ${formatCount(tokens.completion)} generated`,
      ...(modelMs === undefined ? [] : [`${formatDuration(modelMs)} of models`]),
      ...(accepted === undefined || accepted === 0
        ? []
        : [
            `${countOf(Math.round(all / accepted), "token")}${modelMs === undefined ? "" : ` and ${formatDuration(modelMs / accepted)}`} an accepted record`,
          ]),
    ].join(" · ");
  });
}
