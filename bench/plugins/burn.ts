import { defineFilter } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { sha256Hex } from "../../src/core/sha256.ts";
import { keep } from "../../src/core/verdict.ts";

/** A filter that takes about a millisecond of processor time a record. */
export default defineFilter({
  meta: {
    name: "burn",
    version: "1.0.0",
    summary: "Burns time.",
    config: closed({}),
    measures: closed({}),
    reasons: {},
  },
  decide: () => keep,
  setup: () => ({
    measure: (batch) =>
      batch.map((record) => {
        const end = performance.now() + 1;
        while (performance.now() < end) sha256Hex(record.id);
        return {};
      }),
  }),
});
