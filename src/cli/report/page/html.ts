/** Markup. Everything else that goes into a page is text, and is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Html | string | number | undefined | readonly Content[];

/** Markup with values in it: texts are escaped, also for attributes in quotes; lists are joined, undefined is nothing. */
export function html(markup: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(markup.map((part, i) => part + (i < values.length ? textOf(values[i]) : "")).join(""));
}

function textOf(value: Content): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escaped(value);
  return value.map(textOf).join("");
}

const entities: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters, marks and overrides of direction, lone surrogates: what changes how a page is read and is not seen. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

function escaped(text: string): string {
  return text.replace(unseen, "\ufffd").replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A record's text, in which characters that are not seen are shown by their numbers. */
export function recordText(text: string): Html {
  const lines = text.replaceAll("\r\n", "\n");
  const numbers = [...lines.matchAll(unseen)].map(([character]) => numberOf(character));
  const parts = lines.split(unseen).map((seen, i) => {
    const number = numbers[i];
    return number === undefined ? seen : html`${seen}<span class="unseen">${number}</span>`;
  });
  return html`${parts}`;
}

function numberOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
