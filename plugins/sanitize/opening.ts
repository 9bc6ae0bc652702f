import { hasLabelledLines } from "./structure.ts";

const name =
  "(?:Task|(?:Original |Example )?Prompt|Question|(?:The )?Problem|Scenario|The senario|(?:The )?Situation|Context|Challenge|Query|Request|Instructions?|Descriptions?)";
const numbered = String.raw`(?:(?:Question|Part|Task|Problem|Exercise) ?\p{Nd}{1,3}|Q\p{Nd}{1,3})`;
const bold = String.raw`(?:\*\*|__)`;
const heading = String.raw`(?:#{1,6}[ \t]*)`;

/** `Task:`, `**Question**:`, `**Question:**`, `## Problem:`, `Question 3:`, `Q2.`, or such a name as a heading of its own. */
const label = new RegExp(
  `^(?:${[
    `${heading}?${bold}(?:${name}|${numbered})(?:[:：.]${bold}|${bold}[ \\t]*[:：])`,
    `${heading}?(?:${name}|${numbered})[ \\t]*[:：]`,
    String.raw`${heading}?(?:Question ?\p{Nd}{1,3}|Q\p{Nd}{1,3})\.(?=\s)`,
    `(?:${heading}|${bold})(?:${name}|${numbered})${bold}?[ \\t]*(?=\\r?\\n)`,
  ].join("|")})\\s*(?=\\S)`,
  "iu",
);

/** Removes a leading label. One that other labelled lines follow is part of a form and stays. */
export function unlabelled(text: string): string {
  const match = label.exec(text);
  if (match === null || hasLabelledLines(text)) return text;
  return text.slice(match[0].length);
}

/**
 * A list mark before a word: `1. `, `2) `, `a) `, `(b) `, `- `, `* `, `• `, `1、`. The word must be letters only and not all
 * capitals, so that chess moves (`1. e4`), sums (`- 5 + 3`) and clubs (`1. FC Köln`) are not taken for items.
 */
const listMark =
  /^(?:\(?(\p{Nd}{1,2})[.)][ \t]+|\p{Nd}{1,2}[、．][ \t]*|\(?([A-Za-z])\)[ \t]+|[-*•][ \t]+)(?=["“*`(¿¡]*\p{L}+(?![\p{L}\p{N}]))(?!["“*`(¿¡]*\p{Lu}{2})/u;

const furtherItem = /\n[ \t]*(?:[-*•][ \t]|\(?(?:\p{Nd}{1,2}|[A-Za-z])[.)、．])/u;

/** Removes a list mark from a text that is one item; a list keeps its marks. */
export function unlisted(text: string): string {
  const match = listMark.exec(text);
  if (match === null || furtherItem.test(text)) return text;
  const next = match[1] ? String(Number(match[1]) + 1) : match[2] && nextLetter(match[2]);
  if (next && new RegExp(`[\\s(]${next}[.)]`).test(text)) return text;
  return text.slice(match[0].length);
}

function nextLetter(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 1);
}

const wrappings: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["“", "”"],
  ["**", "**"],
  ["<b>", "</b>"],
];

/** Removes quotes or bold around the whole text; marks that occur inside as well belong to the text. */
export function unwrapped(text: string): string {
  for (const [open, close] of wrappings) {
    if (!text.startsWith(open) || !text.endsWith(close)) continue;
    const inner = text.slice(open.length, -close.length);
    if (inner.trim() === "" || inner.includes(open) || inner.includes(close)) continue;
    if (open === "**" && (inner.startsWith("*") || inner.endsWith("*"))) continue;
    return inner;
  }
  return text;
}
