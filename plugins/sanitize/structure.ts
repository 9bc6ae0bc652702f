const labelledLine = /\n[ \t]*(?:[#*>-]+[ \t]*)?\p{L}[\p{L}\p{N} _-]{0,30}(?:\*\*)?[:：]/u;

/** Whether a line after the first begins with `Some words:`. Then the text is a form whose parts belong together. */
export function hasLabelledLines(text: string): boolean {
  return labelledLine.test(text);
}

/** Whether a code fence is open at the end of the text. */
export function inCodeFence(text: string): boolean {
  return text.split("```").length % 2 === 0;
}

/** Whether the text's last line says that something comes next. */
export function announcesMore(text: string): boolean {
  const last = text.slice(text.lastIndexOf("\n") + 1);
  return /[:：]\**$/.test(last) || /\b(?:following|below)\b[^:：]*$/i.test(last);
}

const handling =
  /(?:^|[.!?\n,]\s*|\b(?:please|you|to|and|me) )(?:summari[sz]e|rewrite|translate|proofread|edit|review|improve|continue|correct|critique|paraphrase|rephrase|grade|shorten|fix|rate)\b/i;

/** Whether the text asks for something to be done to another text, which may then look like anything. */
export function handlesText(text: string): boolean {
  return handling.test(text);
}
