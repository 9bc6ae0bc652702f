import { closed, defineStateful, keep, Type } from "magpie-stream";

const nothing = new Uint8Array(0);

/** Numbers the records it sees: state that shows at once when a record is admitted twice, or not at all. */
export default defineStateful({
  meta: {
    name: "running-number",
    version: "1.0.0",
    stability: "experimental",
    summary: "Numbers the records that reach it, from 1.",
    config: closed({}),
    measures: closed({ number: Type.Integer({ description: "How many records have come so far." }) }),
    reasons: {},
    examples: [],
  },
  fingerprint: () => "running-number",
  decide: () => keep,
  setup: () => ({
    prepare: (batch) => batch.map(() => nothing),
    admit(_prepared, _record, _at, state) {
      const before = state.get("count");
      const number = before === undefined ? 1 : Number(Buffer.from(before).toString()) + 1;
      state.put("count", Buffer.from(String(number)));
      return { number };
    },
  }),
});
