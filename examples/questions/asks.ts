import { closed, defineFilter, drop, instructionOf, keep, Type } from "magpie-stream";

/** Keeps instructions that ask something: a question mark somewhere, and a word at the start that questions start with. */
export default defineFilter({
  meta: {
    name: "asks",
    version: "1.0.0",
    summary: "Keeps instructions that ask something.",
    config: closed({
      openings: Type.Array(Type.String(), {
        default: ["what", "why", "how"],
        description: "Words a question may start with, in lower case.",
      }),
    }),
    measures: closed({
      opening: Type.String({ description: "The first word, in lower case." }),
      marks: Type.Integer({ minimum: 0, description: "Question marks in the instruction." }),
    }),
    reasons: {
      no_question_mark: "The instruction has no question mark.",
      other_opening: 'The instruction starts with "{observed}", not with one of {limit}.',
    },
    examples: [
      {
        title: "A question has a mark, and begins like one",
        records: [
          { id: "question", instruction: "Why is the sky blue?" },
          { id: "no mark", instruction: "Why the sky is blue" },
          { id: "story", instruction: "Once I asked: why is the sky blue?" },
        ],
        outcomes: [
          { keep: true, measures: { opening: "why", marks: 1 } },
          { keep: false, reasons: ["no_question_mark"] },
          { keep: false, reasons: ["other_opening"] },
        ],
      },
    ],
  },
  setup: () => ({
    measure: (batch) =>
      batch.map((record) => {
        const instruction = instructionOf(record) ?? "";
        return {
          opening: /\p{L}+/u.exec(instruction.toLowerCase())?.[0] ?? "",
          marks: instruction.split("?").length - 1,
        };
      }),
  }),
  decide({ opening, marks }, { openings }) {
    if (marks === 0) return drop({ code: "no_question_mark" });
    if (openings.includes(opening)) return keep;
    return drop({ code: "other_opening", observed: opening, limit: openings.join(", ") });
  },
});
