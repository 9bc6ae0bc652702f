import type { DropExample, Drops } from "../collect-drops.ts";
import { formatCount } from "./numbers.ts";
import type { Style } from "./style.ts";
import { displayWidth, elide, oneLine, truncate } from "./text.ts";

/** Every reason with a few of the texts it dropped, each on a line as wide as the terminal. */
export function renderDrops(drops: readonly Drops[], width: number, style: Style): readonly string[] {
  return drops.flatMap(({ pipeline, stage, code, count, examples }) => [
    "",
    `${style.bold(code)}  ${formatCount(count)}  ${style.dim(`${pipeline} / ${stage}`)}`,
    ...examples.flatMap((example) => renderExample(example, width, style)),
  ]);
}

function renderExample(
  { id, message, text, holder }: DropExample,
  width: number,
  style: Style,
): readonly string[] {
  const shownId = truncate(oneLine(id), 24);
  const room = (taken: number) => Math.max(20, width - 1 - taken);
  return [
    `  ${style.yellow(shownId)}  ${elide(oneLine(text), room(displayWidth(shownId) + 4))}`,
    ...(holder === undefined ? [] : [style.dim(`    like  ${elide(oneLine(holder), room(10))}`)]),
    style.dim(`    ${truncate(oneLine(message), room(4))}`),
  ];
}
