import { elide } from "../render/text.ts";

const mostColumns = 1200;

/** A text as it stands in a report: of a long one, the beginning and the end. */
export function excerpt(text: string): string {
  return elide(text, mostColumns);
}
