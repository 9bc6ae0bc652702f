import { defineTransform } from "../../../src/core/plugin.ts";
import { closed } from "../../../src/core/schema.ts";

/** Upper-cases the instructions of records whose id is even. */
export default defineTransform({
  meta: {
    name: "fixture-transform",
    version: "1.0.0",
    stability: "experimental",
    summary: "Upper-cases every other record.",
    config: closed({}),
    examples: [],
  },
  setup: () => ({
    apply: (batch) =>
      batch.map((record) =>
        Number(record.id) % 2 === 1
          ? record
          : {
              ...record,
              turns: record.turns.map((turn) => ({ ...turn, content: turn.content.toUpperCase() })),
            },
      ),
  }),
});
