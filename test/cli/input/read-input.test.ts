import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readInput } from "../../../src/cli/input/read-input.ts";
import { MagpieError } from "../../../src/core/errors.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "magpie-input-"));
});
afterAll(() => rm(folder, { recursive: true }));

// `printf '{"a":1}\n{"b":2}\n' | zstd` and `printf '{"c":3}\n' | zstd`.
const zstdOfTwo = Buffer.from("KLUv/QRYgQAAeyJhIjoxfQp7ImIiOjJ9ChNHTEg=", "base64");
const zstdOfOne = Buffer.from("KLUv/QRYQQAAeyJjIjozfQqDD1EA", "base64");

interface ReadResult {
  readonly records: readonly string[];
  readonly oversize: readonly string[];
  readonly error?: string;
}

async function read(file: string, stdin: Readable = new PassThrough().end()): Promise<ReadResult> {
  const records: string[] = [];
  const oversize: string[] = [];
  const options = { stdin, maxRecordBytes: 1000, signal: new AbortController().signal };
  try {
    for await (const batch of readInput(file, options)) {
      records.push(...batch.records.map(({ line, bytes }) => `${line} ${Buffer.from(bytes)}`));
      oversize.push(...batch.oversize.map(({ line, size }) => `${line} ${size}`));
    }
  } catch (error) {
    if (!(error instanceof MagpieError)) throw error;
    return { records, oversize, error: `${error.code} ${error.message.replaceAll(folder, "")}` };
  }
  return { records, oversize };
}

async function readFileOf(name: string, content: string | Uint8Array): Promise<ReadResult> {
  await writeFile(join(folder, name), content);
  return read(join(folder, name));
}

const two = '{"a":1}\n{"b":2}\n';
const readTwo = { records: ['1 {"a":1}', '2 {"b":2}'], oversize: [] };

test("a file without brackets is read line by line", async () => {
  expect(await readFileOf("two.jsonl", two)).toEqual(readTwo);
});

test("a file that begins with a bracket, after white space or a byte order mark, is an array", async () => {
  expect(await readFileOf("array.json", '\ufeff\n [{"a":1},\n{"b":2}]')).toEqual({
    records: ['2 {"a":1}', '3 {"b":2}'],
    oversize: [],
  });
});

test("an empty file has no records; a line of spaces is not empty", async () => {
  expect(await readFileOf("empty.jsonl", "")).toEqual({ records: [], oversize: [] });
  expect(await readFileOf("blank.jsonl", "\n\n  \n")).toEqual({ records: ["3   "], oversize: [] });
  expect(await readFileOf("empty.jsonl.gz", "")).toEqual({ records: [], oversize: [] });
});

test("gzip is recognised by its name or its first bytes; all members are read", async () => {
  const members = Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"b":2}\n')]);
  expect(await readFileOf("two.jsonl.gz", members)).toEqual(readTwo);
  expect(await readFileOf("unnamed", members)).toEqual(readTwo);
});

test("zstd is recognised by its name or its first bytes; all frames are read", async () => {
  expect(await readFileOf("two.jsonl.zst", zstdOfTwo)).toEqual(readTwo);
  expect(await readFileOf("unnamed", Buffer.concat([zstdOfTwo, zstdOfOne]))).toEqual({
    records: ['1 {"a":1}', '2 {"b":2}', '3 {"c":3}'],
    oversize: [],
  });
});

test("an archive that is cut short or damaged is refused, never read as if it were complete", async () => {
  const archive = gzipSync(two);
  expect((await readFileOf("cut.gz", archive.subarray(0, -4))).error).toBe(
    "MGP_INPUT_MALFORMED /cut.gz: cannot be decompressed as gzip: unexpected end of file; the file is damaged, cut short, or not gzip",
  );
  expect((await readFileOf("not.gz", two)).error).toContain("MGP_INPUT_MALFORMED /not.gz");
  expect((await readFileOf("tail.gz", Buffer.concat([archive, Buffer.from("tail")]))).error).toContain(
    "MGP_INPUT_MALFORMED /tail.gz",
  );
  expect((await readFileOf("cut.zst", zstdOfTwo.subarray(0, 15))).error).toContain(
    "MGP_INPUT_MALFORMED /cut.zst",
  );
});

test("standard input is read like a file", async () => {
  expect(
    await read("-", Readable.from([Buffer.from('{"a":'), Buffer.from("1}\n"), Buffer.from('{"b":2}')])),
  ).toEqual(readTwo);
});

test("a line of 50 MB is skipped while streaming and reported; the others are read", async () => {
  async function* long() {
    yield Buffer.from('{"a":1}\n"');
    const part = Buffer.alloc(1_000_000, "x");
    for (let i = 0; i < 50; i++) yield part;
    yield Buffer.from('"\n{"c":3}\n');
  }
  expect(await read("-", Readable.from(long()))).toEqual({
    records: ['1 {"a":1}', '3 {"c":3}'],
    oversize: ["2 50000002"],
  });
});

test("a missing file and a directory are named", async () => {
  expect((await read(join(folder, "none"))).error).toBe(
    "MGP_INPUT_NOT_FOUND cannot read /none: there is no such file",
  );
  expect((await read(folder)).error).toBe(
    "MGP_INPUT_NOT_FOUND cannot read : it is a directory; name the files in it",
  );
});
