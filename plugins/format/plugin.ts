import { Type } from "typebox";
import { defineFilter } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { dropIfAny, type Reason } from "../../src/core/verdict.ts";
import { formatExamples } from "./examples.ts";
import { measureRecord } from "./measure-record.ts";
import { createTextMeter } from "./measure-text.ts";
import { formatReasons } from "./reasons.ts";

const most = (initial: number, description: string) =>
  Type.Integer({ minimum: 0, default: initial, description });

const share = (initial: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1, default: initial, description });

const count = (description: string) => Type.Integer({ minimum: 0, description });

/**
 * Form, not content: what is dropped here could not be used whatever it says. Only turns that are there are judged, so an
 * instruction without an answer is not empty, and the stage can stand before and after the answers are written.
 */
export default defineFilter({
  meta: {
    name: "format",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Drops records whose form is broken: empty or truncated turns, leaked template tokens, loops, gibberish.",
    config: closed({
      minInstructionChars: most(2, "Fewest code points of an instruction, white space at its ends left out."),
      minLetterShare: share(
        0.2,
        "Smallest share of letters, digits and marks in the visible characters of an instruction of 20 characters or more.",
      ),
      allowTrailingColon: Type.Boolean({
        default: false,
        description: "Whether an instruction may end with a colon: what it announces is missing.",
      }),
      allowTruncated: Type.Boolean({
        default: false,
        description: "Whether a turn may have been cut off at the token limit (finish reason `length`).",
      }),
      maxSpecialTokens: most(0, "Most chat-template tokens, such as `<|im_end|>`, over all turns."),
      maxRoleHeaders: most(0, "Most lines that begin with a leaked role header, over all turns."),
      maxBrokenChars: most(
        0,
        "Most broken characters (U+FFFD, halves of surrogate pairs, control characters) over all turns.",
      ),
      maxMixedScriptWords: most(0, "Most words whose letters come from scripts that never share a word."),
      maxRepetition: share(
        0.5,
        "Largest share of a turn that repeats an 8-token run of the same turn. Turns of fewer than 40 tokens have none.",
      ),
    }),
    measures: closed({
      instructions: count("User turns."),
      responses: count("Assistant turns."),
      emptyInstructions: count("User turns that are blank."),
      emptyResponses: count("Assistant turns that are blank."),
      instructionChars: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
        description: "Code points of the shortest user turn that is not blank; null when there is none.",
      }),
      letterShare: share(
        1,
        "Smallest letter share of the user turns of 20 characters or more; 1 without any.",
      ),
      trailingColon: Type.Boolean({ description: "Whether a user turn ends with a colon." }),
      truncatedTurns: count("Turns cut off at the token limit."),
      specialTokens: count("Chat-template tokens over all turns."),
      roleHeaders: count("Lines that begin with a role header, over all turns."),
      brokenChars: count("Broken characters over all turns."),
      mixedScriptWords: count("Words of mixed scripts over all turns."),
      repetition: share(0, "Share of the most repetitive turn that repeats itself."),
    }),
    reasons: formatReasons,
    examples: formatExamples,
  },
  decide(m, c) {
    const reasons: Reason<keyof typeof formatReasons>[] = [];
    const add = (code: keyof typeof formatReasons, observed: number, limit: number) =>
      reasons.push({ code, observed, limit });

    if (m.instructions === 0) reasons.push({ code: "no_instruction" });
    if (m.emptyInstructions > 0) reasons.push({ code: "empty_instruction" });
    if (m.emptyResponses > 0) reasons.push({ code: "empty_response" });
    if (m.instructionChars !== null && m.instructionChars < c.minInstructionChars)
      add("instruction_too_short", m.instructionChars, c.minInstructionChars);
    if (m.truncatedTurns > 0 && !c.allowTruncated) add("truncated", m.truncatedTurns, 0);
    if (m.trailingColon && !c.allowTrailingColon) reasons.push({ code: "ends_with_colon" });
    if (m.specialTokens > c.maxSpecialTokens)
      add("leaked_special_token", m.specialTokens, c.maxSpecialTokens);
    if (m.roleHeaders > c.maxRoleHeaders) add("leaked_role_header", m.roleHeaders, c.maxRoleHeaders);
    if (m.repetition > c.maxRepetition) add("repetitive", m.repetition, c.maxRepetition);
    if (m.mixedScriptWords > c.maxMixedScriptWords)
      add("gibberish", m.mixedScriptWords, c.maxMixedScriptWords);
    if (m.brokenChars > c.maxBrokenChars) add("broken_encoding", m.brokenChars, c.maxBrokenChars);
    if (m.letterShare < c.minLetterShare) add("few_letters", m.letterShare, c.minLetterShare);
    return dropIfAny(reasons);
  },
  setup() {
    const measureText = createTextMeter();
    return { measure: (batch) => batch.map((record) => measureRecord(record, measureText)) };
  },
});
