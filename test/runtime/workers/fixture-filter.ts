import { appendFileSync, existsSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { Type } from "typebox";
import { MagpieError } from "../../../src/core/errors.ts";
import { defineFilter } from "../../../src/core/plugin.ts";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { RecordError } from "../../../src/core/record-error.ts";
import { closed } from "../../../src/core/schema.ts";
import { keep } from "../../../src/core/verdict.ts";

const config = closed({
  failIfExists: Type.String({ default: "", description: "Fail the set-up when this file exists." }),
  closeFile: Type.String({ default: "", description: "Append a line to this file on close." }),
});

/** Does what the instruction of each record says: everything that can go wrong in a worker thread. */
export default defineFilter({
  meta: {
    name: "fixture",
    version: "1.0.0",
    stability: "experimental",
    summary: "Does what the instruction says.",
    config,
    measures: Type.Object({}),
    reasons: {},
    examples: [],
  },
  decide: () => keep,
  setup({ failIfExists, closeFile }, context) {
    if (existsSync(failIfExists)) throw new Error("set-up refused");
    context.logger.info("set up", { cacheDir: context.cacheDir });
    const measureOne = async (record: MagpieRecord) => {
      const instruction = record.turns[0]?.content;
      switch (instruction) {
        case "quarantine":
          return new RecordError("TOO_ODD", "this record is odd");
        case "throw":
          throw Object.assign(new TypeError("thrown on purpose"), { status: 503, retryAfterMs: 70 });
        case "throw coded":
          throw new MagpieError("MGP_LOG_FULL", "no space left");
        case "function":
          return { name: () => "not plain data" };
        case "exit":
          return process.exit(3);
        case "crash":
          setTimeout(() => {
            throw new Error("thrown behind our back");
          });
          return new Promise<never>(() => {});
        case "loop":
          context.logger.info("looping");
          for (;;);
        case "wait":
          return new Promise<never>(() => {});
        case "once":
          return context.once({ model: "m", prompt: "p", parameters: {}, sample: "s" }, async () => ({}));
        case "random":
          return { random: context.random(record)() };
        case "thread":
          return { thread: threadId };
        default:
          return { words: instruction?.split(" ").length ?? 0 };
      }
    };
    return {
      measure: (batch) => Promise.all(batch.map(measureOne)),
      close() {
        if (closeFile) appendFileSync(closeFile, `closed ${context.signal.aborted}\n`);
      },
    };
  },
});
