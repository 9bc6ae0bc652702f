import { describe, expect, test } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { lint } from "./workplace.ts";

const pipeline = (stages: string) =>
  `version: 1\npipelines:\n  p:\n    from: a\n    to: b\n    stages:\n${stages}`;

describe("the text as YAML", () => {
  test("an empty file says where to start", async () => {
    expect(await lint("# nothing\n")).toEqual([
      "magpie.yaml:1:1 the file is empty; start with `version: 1`, or let `magpie init` write a configuration that works",
    ]);
  });

  test("only the first error of the syntax is told, since the rest follows from it", async () => {
    expect(await lint("version: 1\nlimits: { windowRecords: 5\ncommit: {}\n")).toEqual([
      "magpie.yaml:3:1 this is not valid YAML: Flow map in block collection must be sufficiently indented and end with a }",
    ]);
  });

  test("a tab is named and placed", async () => {
    expect(await lint("version: 1\nlimits:\n\twindowRecords: 5\n")).toEqual([
      "magpie.yaml:3:1 this is not valid YAML: Tabs are not allowed as indentation; indent with spaces",
    ]);
  });

  test("a key given twice is named, and the rest is checked all the same", async () => {
    expect(await lint("version: 1\nversion: 1\nname: A\n")).toEqual([
      'magpie.yaml:2:1 the key "version" is given twice in one mapping',
      'magpie.yaml:3:7 name: expected a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit, got "A"',
    ]);
  });

  test("an alias without anchor and an alias within itself are placed", async () => {
    expect(await lint("version: 1\nlimits: *none\n")).toEqual([
      "magpie.yaml:2:9 there is no anchor &none above",
    ]);
    expect(await lint("version: 1\nlimits: &a { x: *a }\n")).toEqual(["magpie.yaml:2:17 *a contains itself"]);
  });

  test("an unquoted variable between braces gets the hint to quote it", async () => {
    expect(await lint(`version: 1\nlog: { path: \${DIR}/x }\n`, { DIR: "d" })).toEqual([
      `magpie.yaml:2:15 this is not valid YAML: Unexpected flow-map-start at node end; between { } and [ ] a text with \${VAR} must be quoted: "\${VAR}"`,
    ]);
  });
});

describe("the structure", () => {
  test("every mistake is told, each at its place, with the key or value that was perhaps meant", async () => {
    expect(
      await lint(`version: 2
log: { kind: embeded, snyc: commit }
topics:
  raw: { partitions: 0, retention: { age: 7x, bytes: 10XB } }
  Foo Bar: {}
limits: 5
commit: { everyMs: 1.5, records: "many" }
answers: { keep: 30d }
pipelines:
  p:
    from: [raw, raw]
    stages:
      - length
      - { use: length, batch: 1000, workers: -1 }
`),
    ).toEqual([
      "magpie.yaml:1:10 version: expected 1, got 2",
      'magpie.yaml:2:14 log.kind: expected "embedded" or "kafka", got "embeded"; did you mean "embedded"?',
      'magpie.yaml:2:23 log.snyc: there is no key "snyc" here; did you mean "sync"?',
      "magpie.yaml:4:22 topics.raw.partitions: expected a whole number from 1 to 1024, got 0",
      'magpie.yaml:4:43 topics.raw.retention.age: expected a time such as "90s", "12h" or "7d", got "7x"',
      'magpie.yaml:4:54 topics.raw.retention.bytes: expected a size in bytes such as 67108864, "64MB" or "64MiB", got "10XB"',
      'magpie.yaml:5:3 topics["Foo Bar"]: "Foo Bar" cannot be used here, expected a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit',
      "magpie.yaml:6:9 limits: expected a mapping, got 5",
      "magpie.yaml:7:20 commit.everyMs: expected a whole number from 1 to 2147483647, got 1.5",
      'magpie.yaml:7:34 commit.records: expected a whole number of at least 1, got "many"',
      'magpie.yaml:8:18 answers.keep: expected "forever", got "30d"',
      "magpie.yaml:10:3 pipelines.p.to: this key is missing",
      'magpie.yaml:11:17 pipelines.p.from[1]: "raw" is listed twice',
      'magpie.yaml:13:9 pipelines.p.stages[0]: expected a mapping, got "length"',
      "magpie.yaml:14:31 pipelines.p.stages[1].batch: expected a whole number from 1 to 256, got 1000",
      "magpie.yaml:14:46 pipelines.p.stages[1].workers: expected a whole number of at least 0, got -1",
    ]);
  });

  test("a file that is not a mapping is refused as a whole", async () => {
    expect(await lint("- 1\n- 2\n")).toEqual(["magpie.yaml:1:1 expected a mapping, got a list"]);
  });

  test("a pipeline that is no mapping leaves the others to be checked", async () => {
    expect(
      await lint("version: 1\npipelines:\n  p: none\n  q: { from: a, to: b, stages: [{ use: fromat }] }\n"),
    ).toEqual([
      'magpie.yaml:3:6 pipelines.p: expected a mapping, got "none"',
      'magpie.yaml:4:40 pipelines.q.stages[0].use: there is no plugin "fromat"; did you mean "format"?',
    ]);
  });

  test("a key with nothing behind it counts as left out", async () => {
    expect(await lint("version: 1\ntopics:\nlimits:\n  windowRecords:\npipelines:\n")).toEqual([
      "warning magpie.yaml:5:1 pipelines: there are no pipelines: `magpie run` has nothing to do",
    ]);
  });

  test("keys of the prototype are keys like others", async () => {
    expect(await lint("version: 1\n__proto__: { polluted: true }\nconstructor: 1\n")).toEqual([
      'magpie.yaml:2:1 __proto__: there is no key "__proto__" here; known keys: version, name, log, topics, models, samplers, pipelines, limits, commit, answers, metrics',
      'magpie.yaml:3:1 constructor: there is no key "constructor" here; known keys: version, name, log, topics, models, samplers, pipelines, limits, commit, answers, metrics',
    ]);
  });

  test("what later versions will have is not called a mistake, and nothing in it is", async () => {
    expect(
      await lint(`version: 1
buffers: {}
`),
    ).toEqual([
      'magpie.yaml:2:1 buffers: "buffers" is not supported by this version of magpie-stream; remove the section',
    ]);
  });
});

describe("a plugin that is a program", () => {
  const config = (stage: string) =>
    `version: 1\npipelines:\n  p:\n    from: a\n    to: b\n    stages:\n      - ${stage}\n`;

  test.each([
    [
      "{ exec: [no-such-program, ./x.py] }",
      'magpie.yaml:7:18 pipelines.p.stages[0].exec[0]: there is no program "no-such-program" on the PATH',
    ],
    [
      "{ exec: [python3, ./no-such-file.py] }",
      `magpie.yaml:7:27 pipelines.p.stages[0].exec[1]: there is no file ${process.cwd()}/no-such-file.py; paths are relative to the folder of the configuration file`,
    ],
    [
      "{ exec: [./package.json] }",
      "magpie.yaml:7:18 pipelines.p.stages[0].exec[0]: ./package.json is not executable; chmod +x it, or put its interpreter before it",
    ],
    [
      "{ exec: [echo, hello] }",
      'magpie.yaml:7:11 pipelines.p.stages[0].exec: echo hello is no plugin: its first line is no JSON: "hello"',
    ],
    [
      "{ exec: [python3, -c, '1/0'] }",
      /^magpie.yaml:7:11 pipelines.p.stages\[0\].exec: python3 -c 1\/0 ended with code 1; it wrote:\n(.|\n)*ZeroDivisionError: division by zero$/,
    ],
    [
      "{ exec: python3 }",
      'magpie.yaml:7:17 pipelines.p.stages[0].exec: expected a command such as [python3, ./my_filter.py], got "python3"',
    ],
    [
      "{ use: length, exec: [python3] }",
      "magpie.yaml:7:24 pipelines.p.stages[0].exec: a stage has either `use` or `exec`, not both",
    ],
    [
      "{ use: length, maxMemory: 1GiB }",
      'magpie.yaml:7:24 pipelines.p.stages[0].maxMemory: "maxMemory" is for stages with `exec`',
    ],
    [
      "{ exec: [python3, ./test/exec/programs/words.py], with: { min_word: 1 } }",
      'magpie.yaml:7:67 pipelines.p.stages[0].with.min_word: there is no key "min_word" here; did you mean "min_words"?',
    ],
  ])("%s", async (stage, problem) => {
    const env = { PATH: process.env["PATH"] };
    const expected = typeof problem === "string" ? problem : expect.stringMatching(problem);
    expect(await lint(config(stage), env)).toEqual([expected]);
  });
});

describe("the log", () => {
  test("of a cluster takes brokers, and warns of passwords that others can read", async () => {
    expect(
      await lint(
        `version: 1
log:
  kind: kafka
  brokers: [localhost:9092, "[::1]", one]
  sync: commit
  compression: zip
  sasl: { mechanism: plain, username: me, password: secret }
`,
      ),
    ).toEqual([
      'magpie.yaml:4:29 log.brokers[1]: expected a broker such as "127.0.0.1:9092", got "[::1]"',
      'magpie.yaml:4:38 log.brokers[2]: expected a broker such as "127.0.0.1:9092", got "one"',
      'magpie.yaml:6:16 log.compression: expected "none", "gzip", "snappy", "lz4" or "zstd", got "zip"; did you mean "gzip"?',
    ]);
    expect(
      await lint(
        `version: 1
log:
  kind: kafka
  sync: commit
  tls: { certificate: a.pem }
  sasl: { mechanism: plain, username: me, password: secret }
pipelines: {}
`,
      ),
    ).toEqual([
      "magpie.yaml:2:1 log.brokers: this key is missing",
      'magpie.yaml:4:3 log.sync: only the log "embedded" has `sync`; with Kafka, the brokers and their settings decide when the disk is synced',
      "magpie.yaml:5:3 log.tls: `certificate` and `key` belong together",
      `warning magpie.yaml:6:53 log.sasl.password: a password stands in the file; take it from the environment: password: "\${KAFKA_PASSWORD}"`,
    ]);
    expect(await lint("version: 1\nlog: { brokers: [localhost:9092] }\npipelines: {}\n")).toEqual([
      'magpie.yaml:2:8 log.brokers: only the log "kafka" has `brokers`; add `kind: kafka`',
    ]);
  });
});

describe("the metrics", () => {
  const metrics = (settings: string, env = {}) =>
    lint(`${pipeline("      - use: length\n").replace("\n", `\nmetrics: { ${settings} }\n`)}`, env);
  const token = `token: "\${TOKEN}"`;

  test("may be seen on this machine by all, and from elsewhere with a token only", async () => {
    for (const host of ["127.0.0.1", "127.1.2.3", "localhost", '"::1"'])
      expect(await metrics(`host: ${host}`)).toEqual([]);
    for (const host of ["0.0.0.0", "magpie.example", '"::"', "127.0.0.1.example"])
      expect(await metrics(`host: ${host}`)).toEqual([
        `magpie.yaml:2:18 metrics.host: whoever reaches this address must show a token, and there is no \`metrics.token\`; take it from the environment: token: "\${MAGPIE_METRICS_TOKEN}"`,
      ]);
    expect(await metrics(`host: 0.0.0.0, ${token}`, { TOKEN: "0123456789abcdef" })).toEqual([]);
  });

  test("take a token that cannot be guessed nor read by others, and never print it", async () => {
    const weak =
      "metrics.token: a token has at least 16 printable characters and no spaces; `openssl rand -hex 32` makes one";
    expect(await metrics(token, { TOKEN: "0123456789abcde" })).toEqual([`magpie.yaml:2:19 ${weak}`]);
    expect(await metrics('token: "0123456789 abcdef"')).toEqual([`magpie.yaml:2:19 ${weak}`]);
    expect(await metrics("token: 0123456789abcdef")).toEqual([
      `warning magpie.yaml:2:19 metrics.token: a token stands in the file; take it from the environment: token: "\${MAGPIE_METRICS_TOKEN}"`,
    ]);
  });

  test("have a port", async () => {
    expect(await metrics("port: 65536, hots: a")).toEqual([
      "magpie.yaml:2:18 metrics.port: expected a whole number from 0 to 65535, got 65536",
      'magpie.yaml:2:25 metrics.hots: there is no key "hots" here; did you mean "host"?',
    ]);
  });
});

describe("variables", () => {
  test("one that is not set is told where it stands, and how to write the text itself", async () => {
    expect(await lint(`version: 1\nlog: { path: "\${NOWHERE}/x" }\n`)).toEqual([
      `magpie.yaml:2:14 log.path: the environment variable NOWHERE is not set; set it, or write $\${NOWHERE} for the text itself`,
    ]);
  });

  test("their values are never printed", async () => {
    const text = pipeline(
      `      - { use: length, with: { field: "\${SECRET}" } }\n      - use: \${SECRET}-plugin\n`,
    );
    expect(await lint(text, { SECRET: 'hush"hush' })).toEqual([
      `magpie.yaml:7:39 pipelines.p.stages[0].with.field: expected "instruction", "response" or "conversation", got "\${SECRET}"`,
      `magpie.yaml:8:14 pipelines.p.stages[1].use: there is no plugin "\${SECRET}-plugin": it is not built in (${[...builtins.keys()].join(", ")}), not a path and not the name of a package`,
    ]);
  });

  test("one in a plugin's configuration is warned of: it ends in the plan", async () => {
    const text = pipeline(`      - { use: length, with: { field: "\${FIELD}" } }\n`);
    expect(await lint(text, { FIELD: "response" })).toEqual([
      "warning magpie.yaml:7:39 pipelines.p.stages[0].with.field: the value of FIELD becomes part of the plan, which is stored and shown; do not put a secret here",
    ]);
  });

  test("a doubled dollar sign is text", async () => {
    expect(await lint(pipeline(`      - { use: length, id: '$\${id}' }\n`))).toEqual([
      `magpie.yaml:7:28 pipelines.p.stages[0].id: expected a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit, got "\${id}"`,
    ]);
  });
});

describe("stages", () => {
  test("an unknown plugin is told with the one that was perhaps meant", async () => {
    expect(await lint(pipeline("      - use: exact-dedupe\n      - use: formt\n"))).toEqual([
      'magpie.yaml:7:14 pipelines.p.stages[0].use: there is no plugin "exact-dedupe"; did you mean "exact-dedup"?',
      'magpie.yaml:8:14 pipelines.p.stages[1].use: there is no plugin "formt"; did you mean "format"?',
    ]);
  });

  test("a plugin's configuration is checked against its own schema, to the very key", async () => {
    expect(
      await lint(
        pipeline(
          "      - use: length\n        with:\n          minWrods: 3\n          maxWords: -1\n          field: instuction\n",
        ),
      ),
    ).toEqual([
      'magpie.yaml:9:11 pipelines.p.stages[0].with.minWrods: there is no key "minWrods" here; did you mean "minWords"?',
      "magpie.yaml:10:21 pipelines.p.stages[0].with.maxWords: expected a whole number of at least 0, got -1",
      'magpie.yaml:11:18 pipelines.p.stages[0].with.field: expected "instruction", "response" or "conversation", got "instuction"; did you mean "instruction"?',
    ]);
  });

  test("a key on the wrong side of `with` is sent to the other side", async () => {
    expect(
      await lint(
        pipeline("      - { use: length, minWords: 3 }\n      - { use: format, with: { workers: 2 } }\n"),
      ),
    ).toEqual([
      'magpie.yaml:7:24 pipelines.p.stages[0].minWords: there is no key "minWords" here; what configures the plugin itself stands inside "with"',
      'magpie.yaml:8:32 pipelines.p.stages[1].with.workers: there is no key "workers" here; "workers" belongs beside "use", not inside "with"',
    ]);
  });

  test("two stages of one id need another id, and `read` is taken", async () => {
    expect(
      await lint(pipeline("      - use: length\n      - use: length\n      - { use: format, id: read }\n")),
    ).toEqual([
      'magpie.yaml:8:14 pipelines.p.stages[1].use: two stages of the pipeline have the id "length"; give one of them another `id`',
      'magpie.yaml:9:28 pipelines.p.stages[2].id: a stage cannot have the id "read"',
    ]);
  });

  test("a pipeline without stages is doubtful", async () => {
    expect(await lint("version: 1\npipelines: { p: { from: a, to: b, stages: [] } }\n")).toEqual([
      "warning magpie.yaml:2:35 pipelines.p.stages: there are no stages: every record that can be read is curated",
    ]);
  });
});

describe("topics", () => {
  const pipelines = (...lines: string[]) =>
    `version: 1\npipelines:\n${lines.map((line) => `  ${line}\n`).join("")}`;
  const stages = "stages: [{ use: format }]";

  test("a pipeline cannot read its own output, directly or around the corner", async () => {
    expect(
      await lint(
        pipelines(
          `a: { from: a.rejected, to: a1, ${stages} }`,
          `b: { from: [x, d1], to: b1, ${stages} }`,
          `c: { from: b.rejected, to: c1, ${stages} }`,
          `d: { from: c1, to: d1, ${stages} }`,
        ),
      ),
    ).toEqual([
      'magpie.yaml:3:14 pipelines.a.from: the pipeline reads its own output "a.rejected"; a record would go round without end',
      'magpie.yaml:4:18 pipelines.b.from[1]: the pipelines b → c → d → b feed each other through "d1"; a record would go round without end',
    ]);
  });

  test("a topic has one writer", async () => {
    expect(
      await lint(
        pipelines(
          `a: { from: x, to: out, ${stages} }`,
          `b: { from: x, to: out, ${stages} }`,
          `c: { from: x, to: a.rejected, ${stages} }`,
        ),
      ),
    ).toEqual([
      'magpie.yaml:4:21 pipelines.b.to: the pipeline "a" already writes to the topic "out"; give every pipeline a topic of its own; a later pipeline can read several with a list in `from`',
      'magpie.yaml:5:21 pipelines.c.to: the pipeline "a" already writes to the topic "a.rejected"; give every pipeline a topic of its own; a later pipeline can read several with a list in `from`',
    ]);
  });

  test("quarantine entries and plans are no records to read", async () => {
    expect(
      await lint(
        pipelines(
          `a: { from: x, to: y, ${stages} }`,
          `b: { from: [a.quarantine, a.plans], to: z, ${stages} }`,
        ),
      ),
    ).toEqual([
      'magpie.yaml:4:15 pipelines.b.from[0]: the topic "a.quarantine" holds no records but what could not be judged; `magpie quarantine replay` appends the originals again',
      'magpie.yaml:4:29 pipelines.b.from[1]: the topic "a.plans" holds no records but plans',
    ]);
  });

  test("names that differ in their numbers, or in more than a slip, are not doubtful", async () => {
    expect(
      await lint(
        pipelines(
          `a: { from: batch-1, to: a1, ${stages} }`,
          `b: { from: batch-2, to: b1, ${stages} }`,
        ).replace("pipelines:", "topics: { batch-1: {} }\npipelines:"),
      ),
    ).toEqual([]);
  });

  test("a topic nobody uses and a source nobody feeds are doubtful when another name is close", async () => {
    expect(
      await lint(
        `version: 1\ntopics: { instructions.raw: {}, spare: {} }\npipelines: { p: { from: instructions.rwa, to: good, ${stages} } }\n`,
      ),
    ).toEqual([
      'warning magpie.yaml:2:11 topics["instructions.raw"]: no pipeline reads or writes this topic; did you mean "instructions.rwa"?',
      "warning magpie.yaml:2:33 topics.spare: no pipeline reads or writes this topic",
      'warning magpie.yaml:3:25 pipelines.p.from: no pipeline writes the topic "instructions.rwa" and `topics` does not list it; did you mean "instructions.raw"?',
    ]);
  });
});

describe("limits", () => {
  test("the window must hold a record, and should hold a commit", async () => {
    const stages = "pipelines: { p: { from: a, to: b, stages: [{ use: format }] } }";
    expect(
      await lint(
        `version: 1\nlimits: { windowBytes: 1MB, windowRecords: 10 }\ncommit: { records: 11 }\n${stages}\n`,
      ),
    ).toEqual([
      "magpie.yaml:2:24 limits.windowBytes: the window of 1000000 bytes cannot hold one record of limits.maxRecordBytes (1048576); raise windowBytes",
      "warning magpie.yaml:2:24 limits.windowBytes: the window (limits.windowBytes: 1000000) is smaller than a commit (commit.bytes: 16777216); commits are made when half of the window is full",
      "warning magpie.yaml:3:20 commit.records: the window (limits.windowRecords: 10) is smaller than a commit (commit.records: 11); commits are made when half of the window is full",
    ]);
  });
});
