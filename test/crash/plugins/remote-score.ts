import { closed, defineFilter, dropIfAny, instructionOf, Type } from "magpie-stream";

/** A remote scorer: one call for every batch, which takes as long as the server waits. */
export default defineFilter({
  meta: {
    name: "remote-score",
    version: "1.0.0",
    stability: "experimental",
    summary: "Drops instructions a remote scorer gives a low score.",
    config: closed({
      url: Type.String({ description: "Base URL of the scorer." }),
      minScore: Type.Number({ default: 0.05, description: "Lowest score that is kept." }),
    }),
    measures: closed({ score: Type.Number({ description: "0 to 1." }) }),
    reasons: { low_score: "The score {observed} is below {limit}." },
    examples: [],
  },
  decide: ({ score }, { minScore }) =>
    dropIfAny(score < minScore ? [{ code: "low_score", observed: score, limit: minScore }] : []),
  setup: ({ url }) => ({
    async measure(batch, signal) {
      const response = await fetch(`${url}/score`, {
        method: "POST",
        body: JSON.stringify(batch.map((record) => instructionOf(record) ?? "")),
        signal,
      });
      if (!response.ok)
        throw Object.assign(new Error(`the scorer answered ${response.status}`), { status: response.status });
      const scores = (await response.json()) as readonly number[];
      return scores.map((score) => ({ score }));
    },
  }),
});
