import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { lines, workspace } from "../cli-harness.ts";

const tapped = async (space: Awaited<ReturnType<typeof workspace>>) =>
  (await space.run(["tap", "raw"])).stdout.split("\n").filter((line) => line !== "");

test("lines, arrays, archives and standard input go in as they are, dealt over the partitions", async () => {
  const space = await workspace();
  await space.write("a.jsonl", lines({ a: 1 }, { a: 2 }));
  await space.write("b.json", '[{"b":1},\n {"b":\n2}]');
  await space.write("c.jsonl.gz", gzipSync(lines({ c: 1 })));
  const files = ["a.jsonl", "b.json", "c.jsonl.gz"].map(space.path);
  const stdin = Readable.from([Buffer.from("not json at all\n")]);
  expect(await space.run(["produce", "raw", ...files, "-"], { stdin })).toEqual({
    code: 0,
    stdout: [
      `raw ← ${files[0]}  2 records, 14 B\n`,
      `raw ← ${files[1]}  2 records, 15 B\n`,
      `raw ← ${files[2]}  1 record, 7 B\n`,
      "raw ← -  1 record, 15 B\n",
    ].join(""),
    stderr: "",
  });
  expect(await tapped(space)).toEqual([
    '{"a":1}',
    '{"a":2}',
    '{"b":1}',
    '{"b": 2}',
    '{"c":1}',
    "not json at all",
  ]);
  const log = await space.openLog();
  expect((await log.topics.get("raw"))?.ranges).toEqual([
    { partition: 0, start: 0n, end: 3n },
    { partition: 1, start: 0n, end: 3n },
  ]);
});

test("a record that is too large is refused with its line, the rest goes in", async () => {
  const space = await workspace();
  const file = await space.write("a.jsonl", `{"a":1}\n"${"x".repeat(1_048_576)}"\n{"a":2}\n`);
  expect(await space.run(["produce", "raw", file])).toEqual({
    code: 65,
    stdout: `raw ← ${file}  2 records, 14 B\n`,
    stderr: `error MGP_RECORD_TOO_LARGE: ${file}:2: the record has 1,048,578 bytes, more than limits.maxRecordBytes (1,048,576); it was left out, the rest goes in\n`,
  });
  expect(await tapped(space)).toEqual(['{"a":1}', '{"a":2}']);
});

test("--json tells machines what went in and what did not", async () => {
  const space = await workspace();
  const good = await space.write("a.jsonl", lines({ a: 1 }));
  const bad = await space.write("b.json", "[1, 2");
  const { code, stdout, stderr } = await space.run(["produce", "raw", good, bad, "--json"]);
  expect({ code, stderr, stdout: JSON.parse(stdout) }).toEqual({
    code: 65,
    stderr: "",
    stdout: {
      topic: "raw",
      appended: 1,
      refused: 0,
      files: [
        { file: good, appended: 1, bytes: 7, refused: [] },
        {
          file: bad,
          appended: 0,
          bytes: 0,
          refused: [],
          error: {
            code: "MGP_INPUT_MALFORMED",
            message: `${bad}:1: the file begins with "[", so it must be one JSON array, but its closing bracket is missing; repair it, or write one record per line; nothing of the file was appended`,
          },
        },
      ],
    },
  });
});

test("nothing of a malformed file goes in, the other files do", async () => {
  const space = await workspace();
  const bad = await space.write("a.json", '[{"a":1},{"a":2}');
  const good = await space.write("b.jsonl", lines({ b: 1 }));
  expect((await space.run(["produce", "raw", bad, good])).code).toBe(65);
  expect(await tapped(space)).toEqual(['{"b":1}']);
});

test("a file that is not there stops everything before anything is appended", async () => {
  const space = await workspace();
  const file = await space.write("a.jsonl", lines({ a: 1 }));
  const none = space.path("none.jsonl");
  expect(await space.run(["produce", "raw", file, none])).toEqual({
    code: 2,
    stdout: "",
    stderr: `error MGP_INPUT_NOT_FOUND: cannot read ${none}: there is no such file\n`,
  });
  expect(await tapped(space)).toEqual([]);
});

test("an unknown topic is an error with the closest name", async () => {
  const space = await workspace();
  const file = await space.write("a.jsonl", lines({ a: 1 }));
  expect(await space.run(["produce", "raww", file, "--json"])).toEqual({
    code: 2,
    stdout: "",
    stderr: `{"error":{"code":"MGP_TOPIC_UNKNOWN","message":"there is no topic \\"raww\\"; did you mean \\"raw\\"?"}}\n`,
  });
});

test("--from-line leaves out what stands before it in the first file, also within a line of an array", async () => {
  const space = await workspace();
  const first = await space.write("a.json", "[1, 2,\n3, 4, 5]");
  const second = await space.write("b.jsonl", "6\n7\n");
  expect((await space.run(["produce", "raw", "--from-line", "2:2", first, second])).code).toBe(0);
  expect(await tapped(space)).toEqual(["4", "5", "6", "7"]);
  expect(await space.run(["produce", "raw", "--from-line", "0", first])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error MGP_USAGE_INVALID: option '--from-line <n>' argument '0' is invalid; it must be a line number, from 1, as an interruption prints it\n",
  });
});

test("an interrupted file is not in the topic, and the command to go on is printed", async () => {
  const space = await workspace();
  const stdin = new PassThrough();
  stdin.write('{"a":1}\n');
  const ran = space.run(["produce", "raw", "-"], { stdin, onListening: (send) => send("SIGINT") });
  expect(await ran).toEqual({
    code: 130,
    stdout: "raw ← -  0 records, 0 B\n",
    stderr: "stopped in -; nothing of it was appended. Go on with: magpie produce raw --from-line 1 -\n",
  });
  expect(await tapped(space)).toEqual([]);
});
