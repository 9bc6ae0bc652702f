import type { Drops } from "../collect-drops.ts";
import { formatCount } from "./numbers.ts";
import type { Style } from "./style.ts";
import { oneLine, truncate } from "./text.ts";

/** Every reason with a few of the texts it dropped, each on a line as wide as the terminal. */
export function renderDrops(drops: readonly Drops[], width: number, style: Style): readonly string[] {
  return drops.flatMap(({ pipeline, stage, code, count, examples }) => [
    "",
    `${style.bold(code)}  ${formatCount(count)}  ${style.dim(`${pipeline} / ${stage}`)}`,
    ...examples.flatMap(({ id, message, text, holder }) => [
      `  ${style.yellow(truncate(oneLine(id), 24))}  ${truncate(oneLine(text), Math.max(20, width - 28))}`,
      ...(holder === undefined
        ? []
        : [style.dim(`    like  ${truncate(oneLine(holder), Math.max(20, width - 11))}`)]),
      style.dim(`    ${truncate(oneLine(message), Math.max(20, width - 5))}`),
    ]),
  ]);
}
