import type { Turn } from "../../src/core/record.ts";

/**
 * What a reasoning model wrote between `<think>` and `</think>` before its answer, apart from it. Some templates open the block themselves, so
 * that only its end is in the text; one that was cut off before its end is all thinking.
 */
export function splitThinking(text: string): Pick<Turn, "content" | "thinking"> {
  const opened = /^\s*<think>/.exec(text)?.[0];
  const end = text.indexOf("</think>");
  if (opened === undefined && end < 0) return { content: text };
  const thinking = text.slice(opened?.length ?? 0, end < 0 ? undefined : end).trim();
  return { content: end < 0 ? "" : text.slice(end + "</think>".length).trim(), thinking };
}
