/** A text in Unicode composition form C (NFC). Most texts are already; finding that out is much cheaper than composing. */
export function composed(text: string): string {
  return mayNeedComposing(text) ? text.normalize("NFC") : text;
}

/** Below U+0300 every string is in NFC; so are the common quotes and dashes, and Han. */
function mayNeedComposing(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x300 || (unit >= 0x2010 && unit <= 0x2027) || (unit >= 0x4e00 && unit <= 0x9fff)) continue;
    return true;
  }
  return false;
}
