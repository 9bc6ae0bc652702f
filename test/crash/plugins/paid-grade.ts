import { closed, defineFilter, dropIfAny, instructionOf, RecordError, Type } from "magpie-stream";

/** A grader that is paid by the call, so every answer goes through `once`. Short instructions are not worth the money. */
export default defineFilter({
  meta: {
    name: "paid-grade",
    version: "1.0.0",
    stability: "experimental",
    summary: "Drops instructions a paid grader gives a low grade.",
    config: closed({
      url: Type.String({ description: "Base URL of the grader." }),
      minWords: Type.Integer({
        default: 60,
        description: "Instructions with fewer words are kept without a grade.",
      }),
      minGrade: Type.Number({ default: 0.2, description: "Lowest grade that is kept." }),
    }),
    measures: closed({
      grade: Type.Union([Type.Number(), Type.Null()], {
        description: "0 to 1; null when none was paid for.",
      }),
    }),
    reasons: { low_grade: "The grade {observed} is below {limit}." },
    examples: [],
  },
  decide: ({ grade }, { minGrade }) =>
    dropIfAny(
      grade !== null && grade < minGrade ? [{ code: "low_grade", observed: grade, limit: minGrade }] : [],
    ),
  setup: ({ url, minWords }, context) => ({
    measure: (batch, signal) =>
      Promise.all(
        batch.map(async (record) => {
          const prompt = instructionOf(record);
          if (prompt === undefined) return new RecordError("NO_INSTRUCTION", "there is nothing to grade");
          if (prompt.split(/\s+/).length < minWords) return { grade: null };
          const key = { model: "grader", prompt, parameters: { temperature: 0 }, sample: record.id };
          const grade = await context.once(key, async () => {
            const response = await fetch(`${url}/answer`, {
              method: "POST",
              body: JSON.stringify(key),
              signal,
            });
            if (!response.ok)
              throw Object.assign(new Error(`the grader answered ${response.status}`), {
                status: response.status,
              });
            return (await response.json()) as number;
          });
          return { grade };
        }),
      ),
  }),
});
