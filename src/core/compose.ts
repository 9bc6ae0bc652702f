/** Below U+0300 every string is in NFC; so are the common quotes and dashes, and Han. */
const mayNeedComposing = /[^\0-\u02ff\u2010-\u2027\u4e00-\u9fff]/;

/** A text in Unicode composition form C (NFC). Most texts are already; finding that out is much cheaper than composing. */
export function composed(text: string): string {
  return mayNeedComposing.test(text) ? text.normalize("NFC") : text;
}
