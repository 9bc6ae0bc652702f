import { trimEnds } from "./trim-ends.ts";

export type PaperRules = "llama-3" | "gemma-2";

/** A sanitised text and what was done to it. */
export interface Sanitised {
  readonly text: string;
  /** Paper: the number of the rule that applied, such as `99.1`. Fixed: the residues removed, or `none`. */
  readonly class: string;
}

const labels = [
  "Task",
  "Prompt",
  "Original Prompt",
  "Question",
  "The Problem",
  "Problem",
  "Scenario",
  "The senario",
  "Situation",
  "The situation",
  "Context",
  "Challenge",
  "Query",
  "Request",
  "Instructions",
  "Instruction",
  "Descriptions",
  "Description",
];

const listMark = /^(?:\p{Nd}+\.|[\p{L}\p{N}_]+\))\s*/u;

const label = new RegExp(
  `^(?:${[
    ...labels.flatMap((name) => [`${name}:`, String.raw`\*\*${name}\*\*`, `## ${name}:`]),
    String.raw`Question \p{Nd}+[:.]`,
    String.raw`Part \p{Nd}+:`,
    String.raw`Q\p{Nd}+[.:]`,
  ].join("|")})\\s*`,
  "iu",
);

/** Wants a second colon after `Answer:` and its like (defect D7); kept, because that is what was published. */
const answerMarker =
  /(?:Answer:|Answers:|The answer is|Correct answer|The correct answer|Answer is|Explanation:|Here are some|Solution Approach:|Solution:)s?:/;

const stepMarker = /#{1,3} Step 1/;

const classes = {
  "llama-3": { answer: "4", step: "5", colon: ["6.1", "6.2", "6.3"], rest: ["99.1", "99.2"] },
  "gemma-2": { answer: "4", step: "", colon: ["5.1", "5.2", "5.3"], rest: ["6.1", "6.2"] },
} as const;

/**
 * The sanitiser of the published Magpie sets, defects included (arXiv:2406.08464; reference implementation of 2024): the
 * first rule that applies decides. It loses everything after the first question mark, what follows a first line that ends
 * with a colon, and asterisks that meant multiplication. For reproducing those sets, not for new ones.
 */
export function sanitisePaper(raw: string, rules: PaperRules): Sanitised {
  const once = stripPrefix(raw);
  if (once.startsWith("*") && once.includes("?"))
    return { text: stripPrefix(`${strip(without(beforeQuestion(once), "*"))}?`), class: "1" };
  const cut = cutByRule(stripPrefix(once), once, rules);
  return { text: stripPrefix(cut.text), class: cut.class };
}

function cutByRule(text: string, once: string, rules: PaperRules): Sanitised {
  const names = classes[rules];
  if (text.startsWith('"')) {
    if (text.includes("?")) return { text: `${strip(without(beforeQuestion(text), '"'))}?`, class: "2.1" };
    return { text: strip(without(without(firstLine(text), '"'), "*")), class: "2.2" };
  }
  if (text.startsWith("<b>")) return { text: strip(without(text, "*")), class: "3" };
  const answer = answerMarker.exec(once);
  if (answer) return { text: unbold(head(text, once, answer.index)), class: names.answer };
  const step = names.step === "" ? null : stepMarker.exec(once);
  if (step) return { text: unbold(head(text, once, step.index)), class: names.step };
  if (strip(firstLine(text)).endsWith(":")) {
    if (text.includes("#")) return { text: unbold(text.slice(0, text.indexOf("#"))), class: names.colon[0] };
    if (text.includes("?")) return { text: unbold(throughQuestion(text)), class: names.colon[1] };
    return { text: strip(without(firstLine(text), "*")), class: names.colon[2] };
  }
  if (text.includes("?")) return { text: unbold(throughQuestion(text)), class: names.rest[0] };
  return { text: strip(without(firstLine(text), "*")), class: names.rest[1] };
}

/** One list mark, then one label. */
function stripPrefix(text: string): string {
  const unmarked = strip(text.replace(listMark, ""));
  const match = label.exec(unmarked);
  return match === null ? unmarked : strip(unmarked.slice(match[0].length));
}

/**
 * As many code points of `text` as stand before `index` in `once`: the marker was searched before a second prefix was
 * stripped, so a text with two prefixes is cut too late (defect D7).
 */
function head(text: string, once: string, index: number): string {
  return text === once ? text.slice(0, index) : [...text].slice(0, [...once.slice(0, index)].length).join("");
}

function unbold(text: string): string {
  return strip(text.indexOf("**") === 1 ? without(text, "**") : text);
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end === -1 ? text : text.slice(0, end);
}

function beforeQuestion(text: string): string {
  return text.slice(0, text.indexOf("?"));
}

function throughQuestion(text: string): string {
  return `${strip(beforeQuestion(text))}?`;
}

function without(text: string, mark: string): string {
  return text.replaceAll(mark, "");
}

function strip(text: string): string {
  return trimEnds(text, isPythonSpace);
}

/** What Python's `str.strip` removes: Unicode white space and U+001C to U+001F, but not U+FEFF. */
function isPythonSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f);
  if (unit < 0xa0) return unit === 0x85;
  return unit !== 0xfeff && /\s/.test(String.fromCharCode(unit));
}
