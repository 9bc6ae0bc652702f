import { Type } from "typebox";
import { defineTransform } from "../../src/core/plugin.ts";
import type { MagpieRecord, Turn } from "../../src/core/record.ts";
import { closed } from "../../src/core/schema.ts";
import { sanitizeExamples } from "./examples.ts";
import { sanitiseFixed } from "./fixed.ts";
import { type Sanitised, sanitisePaper } from "./paper.ts";

const name = "sanitize";
const version = "1.0.0";
const by = `${name}@${version}`;

/**
 * What was done stands in the tag `sanitize_class`, so that a report can tell what a generator leaks, and a later stage
 * can treat rewritten texts differently. The generation as it was remains in the source topic.
 */
export default defineTransform({
  meta: {
    name,
    version,
    stability: "stable",
    summary:
      "Removes generation residue around instructions: labels, list marks, wrapping quotes, leaked answers and role headers. Tags what was done as sanitize_class.",
    config: closed({
      compat: Type.Union([Type.Literal("fixed"), Type.Literal("paper")], {
        default: "fixed",
        description:
          "`fixed` removes only what cannot be part of the instruction; `paper` is the published sanitiser with its defects, for reproducing the published sets.",
      }),
      rules: Type.Union([Type.Literal("llama-3"), Type.Literal("gemma-2")], {
        default: "llama-3",
        description:
          "Which of the published rule sets `compat: paper` applies; `fixed` has one for all models.",
      }),
      turns: Type.Union([Type.Literal("first"), Type.Literal("all")], {
        default: "first",
        description:
          "Which user turns are rewritten. With `all`, sanitize_class lists the class of each, joined by commas.",
      }),
    }),
    examples: sanitizeExamples,
  },
  setup({ compat, rules, turns }) {
    const sanitise = compat === "paper" ? (text: string) => sanitisePaper(text, rules) : sanitiseFixed;
    return { apply: (batch) => batch.map((record) => sanitiseRecord(record, sanitise, turns === "all")) };
  },
});

function sanitiseRecord(
  record: MagpieRecord,
  sanitise: (text: string) => Sanitised,
  all: boolean,
): MagpieRecord {
  const classes: string[] = [];
  const turns = record.turns.map((turn): Turn => {
    if (turn.role !== "user" || (!all && classes.length > 0)) return turn;
    const { text, class: classNumber } = sanitise(turn.content);
    classes.push(classNumber);
    return text === turn.content ? turn : { ...turn, content: text };
  });
  if (classes.length === 0) return record;
  return { ...record, turns, tags: { ...record.tags, sanitize_class: { value: classes.join(","), by } } };
}
