/** The text without the code units at its ends that `isSpace` accepts. Linear, whatever the text. */
export function trimEnds(text: string, isSpace: (unit: number) => boolean): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}
