import { defineFilter } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { keep } from "../../src/core/verdict.ts";

/** A filter that does nothing. */
export default defineFilter({
  meta: {
    name: "noop",
    version: "1.0.0",
    summary: "Keeps everything.",
    config: closed({}),
    measures: closed({}),
    reasons: {},
  },
  decide: () => keep,
  setup: () => ({ measure: (batch) => batch.map(() => ({})) }),
});
