import type { Yields } from "../../runtime/tickets/read-yields.ts";
import { countOf, formatCount } from "./numbers.ts";
import type { Style } from "./style.ts";

/** What each sampler has cost: `ask  60 sampled, 21 accepted · 9,120 tokens read, 7,480 generated · 790 an accepted record`. */
export function renderYields(yields: Yields, style: Style): readonly string[] {
  return Object.entries(yields).map(([name, { sampled, accepted, tokens }]) => {
    const all = tokens.prompt + tokens.completion;
    const counts = [
      `${formatCount(sampled)} sampled`,
      ...(accepted === undefined ? [] : [`${formatCount(accepted)} accepted`]),
    ];
    return [
      `${style.bold(name)}  ${counts.join(", ")}`,
      `${countOf(tokens.prompt, "token")} read, ${formatCount(tokens.completion)} generated`,
      ...(accepted === undefined || accepted === 0
        ? []
        : [`${formatCount(Math.round(all / accepted))} an accepted record`]),
    ].join(" · ");
  });
}
