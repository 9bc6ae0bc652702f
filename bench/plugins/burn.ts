import { Type } from "typebox";
import { defineFilter } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { sha256Hex } from "../../src/core/sha256.ts";
import { keep } from "../../src/core/verdict.ts";

/** A filter that takes so many hashes of processor time a record. */
export default defineFilter({
  meta: {
    name: "burn",
    version: "1.0.0",
    summary: "Burns time.",
    config: closed({ hashes: Type.Integer({ minimum: 1, description: "Hashes a record." }) }),
    measures: closed({}),
    reasons: {},
  },
  decide: () => keep,
  setup: ({ hashes }) => ({
    measure: (batch) =>
      batch.map((record) => {
        for (let i = 0; i < hashes; i++) sha256Hex(record.id);
        return {};
      }),
  }),
});
