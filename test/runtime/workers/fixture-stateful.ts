import { Type } from "typebox";
import { defineStateful } from "../../../src/core/plugin.ts";
import { closed } from "../../../src/core/schema.ts";
import { keep } from "../../../src/core/verdict.ts";

/** Prepares views into one large memory, as a plugin in WebAssembly does. */
export default defineStateful({
  meta: {
    name: "fixture-stateful",
    version: "1.0.0",
    stability: "experimental",
    summary: "Prepares the bytes of the id.",
    config: closed({}),
    measures: Type.Object({}),
    reasons: {},
    examples: [],
  },
  fingerprint: () => null,
  decide: () => keep,
  setup() {
    const memory = new ArrayBuffer(4_000_000);
    return {
      prepare: (batch) =>
        batch.map((record, index) => {
          const view = new Uint8Array(memory, index * 16, record.id.length);
          new TextEncoder().encodeInto(record.id, view);
          return view;
        }),
      admit: () => ({}),
    };
  },
});
