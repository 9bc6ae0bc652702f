import { endsSentence } from "../../src/core/special-tokens.ts";
import { announcesMore, inCodeFence } from "./structure.ts";

const turnEnd = String.raw`<\|(?:eot_id|eom_id|im_end|end|endoftext|end_of_text)\|>|<end_of_turn>|<eos>|</s>|<｜end▁of▁sentence｜>|<\|EOT\|>`;
const assistantTurn = String.raw`<\|start_header_id\|>[ \t]*assistant|<\|im_start\|>[ \t]*assistant|<start_of_turn>[ \t]*model|<\|assistant\|>|<｜Assistant｜>|\[/INST\]`;

/** A template's assistant header, where a template puts it: at the start of a line or after the end of a turn. */
const templateHeader = new RegExp(
  `(?:(?:${turnEnd})\\s*)+(?:${assistantTurn})|\\n[ \\t]*(?:${assistantTurn})`,
);

/** The bare role, as it is left when special tokens are skipped in decoding. */
const bareHeader = /\n[ \t]*assistant[ \t]*(?:\r?\n|$)/;

/**
 * Cuts the assistant's turn a model wrote after its own instruction. Only a role header in its place counts (defect D2 cut
 * at the word `assistant` anywhere); the same word alone on a line stays in code and after a colon that announces it.
 */
export function cutLeakedHeader(text: string): string {
  if (text.includes("<") || text.includes("[/INST]")) {
    const match = templateHeader.exec(text);
    if (match !== null && match.index > 0) return text.slice(0, match.index);
  }
  if (!text.includes("\n") || !text.includes("assistant")) return text;
  const match = bareHeader.exec(text);
  if (match === null) return text;
  const before = text.slice(0, match.index).trimEnd();
  return before === "" || announcesMore(before) || inCodeFence(before) ? text : before;
}

/** End-of-turn tokens directly at the end; after a space somebody may be writing about them. */
const trailing = new RegExp(`(?<=\\S)(?:${turnEnd})+\\s*$`);

export function cutTrailingTokens(text: string): string {
  if (!text.endsWith(">") || (text.endsWith("</s>") && !endsSentence(text))) return text;
  return text.replace(trailing, "");
}
