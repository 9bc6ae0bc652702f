import { announcesMore, handlesText, hasLabelledLines, inCodeFence } from "./structure.ts";

const noun = "(?:[Aa]nswers?|ANSWERS?|[Ss]olution(?: [Aa]pproach)?|[Ee]xplanation)";
const article = String.raw`(?:[Tt]he[ \t]+)?(?:(?:[Cc]orrect|[Ff]inal|[Rr]ight)[ \t]+)?`;
const bold = String.raw`(?:\*\*|__)?`;

/** On a line of its own: `Answer:`, `**Correct answer:**`, `## Solution:`. */
const onLine = new RegExp(
  `\\n[ \\t]*(?:#{1,6}[ \\t]*)?${bold}${article}${noun}(?:[ \\t]+is)?${bold}[ \\t]*:${bold}`,
);

/** After the end of a sentence: `The answer is:`, `Correct answer:`, `Answer:`. */
const inLine =
  /[.?!)][ \t]+(?:The (?:correct )?answers? (?:is|are)|(?:The )?[Cc]orrect answers?(?: is)?|Answers?(?: is)?):/;

/** A last line `The answer is 4.`, without a colon. */
const lastLine = /\n[ \t]*(?:The|the) (?:correct |final )?answer is [^\n:?!]{1,60}$/;

/** Talk of an answer that is given: `this answer`, `answers`, but not `Answer the question` or `answer in French`. */
const mentioned =
  /\b(?:answers?|solutions?|explanations?)\b(?! (?:the|this|these|that|each|all|any|my|me|to|in|with|as|using|by|for|briefly|it)\b)/i;

/**
 * Cuts an answer the model wrote after its own question, from the marker on. The marker stays when nothing follows it (a
 * cue, not a leak), when the text is a form with other labels, when the instruction speaks of an answer or works on a
 * text, in code, and when more questions or answers come after it.
 */
export function cutLeakedAnswer(text: string): string {
  if (
    !text.includes("nswer") &&
    !text.includes("olution") &&
    !text.includes("xplanation") &&
    !text.includes("NSWER")
  )
    return text;
  const marker = onLine.exec(text) ?? inLine.exec(text);
  if (marker !== null) {
    const ofSentence = /^[.?!)]/.test(marker[0]) ? 1 : 0;
    const before = text.slice(0, marker.index + ofSentence).trimEnd();
    const after = text.slice(marker.index + marker[0].length).trim();
    return isLeak(before, after) ? before : text;
  }
  const last = lastLine.exec(text);
  if (last === null) return text;
  const before = text.slice(0, last.index).trimEnd();
  const sentence = last[0].trim();
  return before.includes("?") && !/\.\s/.test(sentence) && isLeak(before, sentence) ? before : text;
}

function isLeak(before: string, after: string): boolean {
  if (before.trim() === "" || after === "") return false;
  if (after.includes("?") || onLine.test(withoutExplanation(after))) return false;
  if (mentioned.test(before) || handlesText(before) || announcesMore(before)) return false;
  return !hasLabelledLines(before) && !inCodeFence(before);
}

/** An explanation or solution after the answer is part of the leak; another answer makes it a list of examples. */
function withoutExplanation(after: string): string {
  return after.replace(/\n[ \t]*(?:#{1,6}[ \t]*)?(?:\*\*)?(?:Explanation|Solution)(?:\*\*)?[ \t]*:/g, "");
}

const firstStep = /\n[ \t]*#{1,4}[ \t]*(?:\*\*)?Step[ \t]*1\b/;

/**
 * Cuts a worked solution that begins with a heading `## Step 1`, the shape in which Llama 3 answers sums. It stays when the
 * instruction announces steps or works on a text that has them.
 */
export function cutLeakedSteps(text: string): string {
  if (!text.includes("Step")) return text;
  const match = firstStep.exec(text);
  if (match === null) return text;
  const before = text.slice(0, match.index).trimEnd();
  if (before.trim() === "" || announcesMore(before) || handlesText(before) || inCodeFence(before))
    return text;
  return before;
}
