import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { ConfigError } from "../../src/config/problem.ts";
import { MagpieError } from "../../src/core/errors.ts";
import { defaultStageOptions } from "../../src/core/stage-options.ts";
import { folderWith, minWordsPlugin } from "./workplace.ts";

const deps = { env: {}, builtins };

const load = (folder: string, env = {}) => loadConfig(join(folder, "magpie.yaml"), { env, builtins });

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("loadConfig", () => {
  test("fills every default in", async () => {
    const folder = folderWith({ "magpie.yaml": "version: 1\n" });
    expect(await load(folder)).toEqual({
      path: join(folder, "magpie.yaml"),
      name: "magpie",
      log: { kind: "embedded", path: join(folder, ".magpie"), sync: "commit" },
      topics: {},
      models: {},
      samplers: [],
      pipelines: [],
      limits: { maxRecordBytes: 1_048_576, windowBytes: 67_108_864, windowRecords: 8192 },
      commit: { records: 4096, bytes: 16_777_216, everyMs: 250 },
      metrics: { host: "127.0.0.1", port: undefined, token: undefined },
    });
  });

  test("gives what the file says, with sizes and times as numbers and every implied topic", async () => {
    const folder = folderWith({
      "filters/min-words.ts": minWordsPlugin,
      "magpie.yaml": `
version: 1
name: sft
log: { path: "\${DATA}/store", sync: background }
topics:
  raw: { partitions: 4, retention: { age: 7d, bytes: 10GB } }
  short.rejected: { retention: { age: 1.5h } }
  plain:
pipelines:
  short:
    from: [raw, plain]
    to: curated
    stages:
      - { use: length, with: { minWords: 3 }, batch: 16, concurrency: 2, timeoutMs: 500, retries: 0, workers: 1 }
      - id: local
        use: ./filters/min-words.ts
limits: { maxRecordBytes: 2MiB, windowBytes: "33554432", windowRecords: 100 }
commit: { records: 50, bytes: 1 MB, everyMs: 10 }
answers: { keep: forever }
metrics: { host: 0.0.0.0, port: 9000, token: "\${TOKEN}" }
`,
    });
    const config = await load(folder, { DATA: "data", TOKEN: "0123456789abcdef" });
    expect({
      ...config,
      pipelines: config.pipelines.map((pipeline) => ({
        ...pipeline,
        stages: pipeline.stages.map((stage) => ({ ...stage, plugin: stage.plugin.meta.name })),
      })),
    }).toEqual({
      path: join(folder, "magpie.yaml"),
      name: "sft",
      log: { kind: "embedded", path: join(folder, "data/store"), sync: "background" },
      topics: {
        raw: { partitions: 4, retention: { ageMs: 604_800_000, bytes: 10_000_000_000 } },
        "short.rejected": { partitions: 1, retention: { ageMs: 5_400_000 } },
        plain: { partitions: 1 },
        curated: { partitions: 1 },
        "short.quarantine": { partitions: 1 },
        "short.plans": { partitions: 1 },
      },
      models: {},
      samplers: [],
      pipelines: [
        {
          name: "short",
          from: ["raw", "plain"],
          to: [{ topic: "curated" }],
          stages: [
            {
              id: "length",
              plugin: "length",
              origin: { kind: "builtin", name: "length", url: builtins.get("length")!.url },
              config: { field: "instruction", minWords: 3, maxWords: null, minChars: 0, maxChars: null },
              options: {
                ...defaultStageOptions,
                batch: 16,
                concurrency: 2,
                timeoutMs: 500,
                retries: 0,
                workers: 1,
              },
            },
            {
              id: "local",
              plugin: "min-words",
              origin: {
                kind: "file",
                path: join(folder, "filters/min-words.ts"),
                sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
              },
              config: { minWords: 2 },
              options: defaultStageOptions,
            },
          ],
        },
      ],
      limits: { maxRecordBytes: 2_097_152, windowBytes: 33_554_432, windowRecords: 100 },
      commit: { records: 50, bytes: 1_000_000, everyMs: 10 },
      metrics: { host: "0.0.0.0", port: 9000, token: "0123456789abcdef" },
    });
  });

  test("has no topic that nobody named, whatever objects inherit", async () => {
    const config = await load(folderWith({ "magpie.yaml": "version: 1\n" }));
    expect(config.topics["constructor"]).toEqual(undefined);
  });

  test("takes what an anchor stands for", async () => {
    const folder = folderWith({
      "magpie.yaml": `
version: 1
pipelines:
  a: { from: x, to: y, stages: &stages [{ use: length, with: { minWords: 1 } }] }
  b: { from: x, to: z, stages: *stages }
`,
    });
    const { pipelines } = await load(folder);
    expect(pipelines.map(({ stages }) => stages[0]?.config["minWords"])).toEqual([1, 1]);
  });

  test("throws all mistakes at once, in the order of the file", async () => {
    const folder = folderWith({ "magpie.yaml": "versoin: 1\nlimits: { windowRecords: none }\n" });
    const error = await rejection(load(folder));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ code: "MGP_CONFIG_INVALID", exit: 2 });
    const file = join(folder, "magpie.yaml");
    expect((error as ConfigError).problems).toEqual([
      {
        severity: "error",
        file,
        line: 1,
        column: 1,
        path: "version",
        message: "this key is missing",
      },
      {
        severity: "error",
        file,
        line: 1,
        column: 1,
        path: "versoin",
        message: 'there is no key "versoin" here',
        hint: 'did you mean "version"?',
      },
      {
        severity: "error",
        file,
        line: 2,
        column: 26,
        path: "limits.windowRecords",
        message: 'expected a whole number of at least 1, got "none"',
      },
    ]);
  });

  test("does not throw for what is only doubtful", async () => {
    const folder = folderWith({
      "magpie.yaml": "version: 1\npipelines: { a: { from: b, to: c, stages: [] } }\n",
    });
    expect((await load(folder)).pipelines).toEqual([
      { name: "a", from: ["b"], to: [{ topic: "c" }], stages: [] },
    ]);
  });

  test("says what to do when there is no file", async () => {
    const file = join(folderWith({}), "magpie.yaml");
    expect(await rejection(loadConfig(file, deps))).toEqual(
      new MagpieError(
        "MGP_CONFIG_NOT_FOUND",
        `there is no configuration file ${file}; write one with \`magpie init\` or name another with \`-c FILE\``,
      ),
    );
  });

  test("refuses a folder in the place of the file", async () => {
    expect(await rejection(loadConfig(folderWith({}), deps))).toMatchObject({ code: "MGP_CONFIG_NOT_FOUND" });
  });
});
