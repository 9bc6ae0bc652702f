/**
 * The tokens that frame turns in the chat templates of the model families Magpie was published with: Llama 2 and 3, Qwen,
 * ChatML, Gemma, Phi-3, Mistral, Yi, DeepSeek, Vicuna. In a text they are residue: the model wrote past its turn, or the
 * engine did not cut at the stop.
 */
const framed = String.raw`<[|｜][\p{L}\p{N}_▁]{1,40}[|｜]>`;
const named = String.raw`<(?:start|end)_of_turn>|<(?:bos|eos|unk)>|\[/?INST\]|<</?SYS>>`;

const tokens = new RegExp(`${framed}|${named}|<s>(?=\\s*\\[INST\\])`, "gu");

/** How many special tokens are in the text. */
export function countSpecialTokens(text: string): number {
  if (!text.includes("<") && !text.includes("[")) return 0;
  return (text.match(tokens)?.length ?? 0) + (endsSentence(text) ? 1 : 0);
}

/** Whether the text ends in `</s>` that closes no `<s>`: in HTML the pair strikes text out. */
export function endsSentence(text: string): boolean {
  return /<\/s>\s*$/.test(text) && !text.includes("<s>");
}

/**
 * A role header at the start of a line: the bare word `assistant` as Llama 3 leaves it when the special tokens around it
 * are skipped, Vicuna's `ASSISTANT:`, the `### Instruction:` and `### Response:` of Alpaca's template. The word anywhere
 * else is the author's own, and so is `Assistant:` in a dialogue somebody wrote.
 */
const roleHeaders = /^(?:assistant[ \t]*\r?$|ASSISTANT:|###[ \t]*(?:Instruction|Response):)/gm;

/** How many lines of the text begin with a role header. */
export function countRoleHeaders(text: string): number {
  // To look for line starts costs far more than to look for words, and the words alone are common.
  const may =
    (text.includes("assistant") && /assistant[ \t]*\r?$/m.test(text)) ||
    text.includes("ASSISTANT:") ||
    (text.includes("###") && /###[ \t]*(?:Instruction|Response):/.test(text));
  if (!may) return 0;
  return text.match(roleHeaders)?.length ?? 0;
}
