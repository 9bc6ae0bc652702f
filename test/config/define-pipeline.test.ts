import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { definePipeline, stage } from "../../src/config/define-pipeline.ts";
import { MagpieError } from "../../src/core/errors.ts";
import { defineTransform } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { defaultStageOptions } from "../../src/core/stage-options.ts";

const upper = defineTransform({
  meta: {
    name: "upper",
    version: "1.0.0",
    summary: "Writes instructions in capitals.",
    config: closed({
      field: Type.Union([Type.Literal("first"), Type.Literal("all")], {
        default: "first",
        description: "Which turns.",
      }),
      limit: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: "Characters." })),
    }),
  },
  setup: () => ({ apply: (batch) => batch }),
});

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof MagpieError && error.code === "MGP_CONFIG_INVALID") return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("stage", () => {
  test("fills in the defaults of the plugin and of the runtime", () => {
    expect(stage(upper)).toEqual({
      id: "upper",
      plugin: upper,
      origin: { kind: "value" },
      config: { field: "first" },
      options: defaultStageOptions,
    });
  });

  test("takes config, id and options, and changes nothing it is given", () => {
    const config = Object.freeze({ limit: 3 });
    expect(stage(upper, config, { id: "loud", batch: 16, retries: 0 })).toEqual({
      id: "loud",
      plugin: upper,
      origin: { kind: "value" },
      config: { field: "first", limit: 3 },
      options: { ...defaultStageOptions, batch: 16, retries: 0 },
    });
    expect(config).toEqual({ limit: 3 });
  });

  test("lists every mistake", () => {
    const config = { field: "frist", limit: 0, speed: 1 } as object;
    expect(messageOf(() => stage(upper, config, { id: "Loud", batch: 0, timeoutMs: 0.5 }))).toEqual(
      [
        'stage "Loud": speed: there is no key "speed" here; known keys: field, limit',
        'stage "Loud": field: expected "first" or "all", got "frist"; did you mean "first"?',
        'stage "Loud": limit: expected a number greater than 0, got 0',
        'stage "Loud": id: expected a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit, got "Loud"',
        'stage "Loud": batch: expected a whole number from 1 to 256, got 0',
        'stage "Loud": timeoutMs: expected a whole number from 1 to 2147483647, got 0.5',
      ].join("\n"),
    );
  });

  test("refuses what a plan cannot hold", () => {
    const config = { limit: Number.NaN } as object;
    expect(messageOf(() => stage(upper, config))).toEqual(
      'stage "upper": expected values that JSON can carry',
    );
  });
});

describe("definePipeline", () => {
  test("gives a pipeline with its sources as a list", () => {
    const loud = stage(upper);
    expect(definePipeline({ name: "p", from: "a", to: "b", stages: [loud] })).toEqual({
      name: "p",
      from: ["a"],
      to: [{ topic: "b" }],
      stages: [loud],
    });
  });

  test("lists every mistake", () => {
    const stages = [stage(upper), stage(upper)];
    expect(messageOf(() => definePipeline({ name: "P", from: ["a", "a", "b"], to: "b", stages }))).toEqual(
      [
        'pipeline "P": name: expected a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit, got "P"',
        'pipeline "P": from[1]: "a" is listed twice',
        'pipeline "P": from[2]: the pipeline reads its own output "b"; a record would go round without end',
        'pipeline "P": stages[1].id: two stages of the pipeline have the id "upper"; give one of them another `id`',
      ].join("\n"),
    );
  });

  test("refuses a pipeline that reads nothing", () => {
    expect(messageOf(() => definePipeline({ name: "p", from: [], to: "b", stages: [] }))).toEqual(
      'pipeline "p": from: expected a topic or a list of topics, got none',
    );
  });
});
