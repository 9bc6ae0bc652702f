import { readdir, readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { lines, type Workspace, workspace } from "../cli-harness.ts";

async function withRecords(): Promise<Workspace> {
  const space = await workspace();
  const records = [1, 2, 3, 4].map((n) => ({
    id: `r${n}`,
    instruction: `do thing ${n}`,
    response: "done",
    note: n,
  }));
  await space.run(["produce", "raw", await space.write("in.jsonl", `${lines(...records)}{bad\n`)]);
  return space;
}

const ids = (text: string) => text.split("\n").flatMap((line) => /"id":"(\w+)"/.exec(line)?.[1] ?? []);

test("tap prints what was appended, byte for byte, in log order", async () => {
  const space = await withRecords();
  const { code, stdout } = await space.run(["tap", "raw"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: await readFile(space.path("in.jsonl"), "utf8") });
});

test("tap --from begins at an offset of every partition, --limit ends after so many", async () => {
  const space = await withRecords();
  expect(ids((await space.run(["tap", "raw", "--from", "1"])).stdout)).toEqual(["r3", "r4"]);
  expect(ids((await space.run(["tap", "raw", "--limit", "3"])).stdout)).toEqual(["r1", "r2", "r3"]);
});

test("tap of a configured topic without records prints nothing, of an unknown one it is an error", async () => {
  const space = await workspace();
  expect(await space.run(["tap", "curated"])).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await space.run(["tap", "curatde"])).toEqual({
    code: 2,
    stdout: "",
    stderr: 'error MGP_TOPIC_UNKNOWN: there is no topic "curatde"; did you mean "curated"?\n',
  });
});

test("tap --follow waits for more until it has its limit", async () => {
  const space = await withRecords();
  const tapping = space.run(["tap", "raw", "--follow", "--limit", "7"]);
  await space.run(["produce", "raw", await space.write("more.jsonl", lines({ id: "r5" }, { id: "r6" }))]);
  const found = ids((await tapping).stdout);
  expect([found.slice(0, 4), found.slice(4).sort()]).toEqual([
    ["r1", "r2", "r3", "r4"],
    ["r5", "r6"],
  ]);
});

test("a reader that goes away ends tap quietly", async () => {
  const space = await withRecords();
  const stdout = new PassThrough();
  stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  expect((await space.run(["tap", "raw", "--follow"], { stdout })).code).toBe(0);
});

test("export to a folder that is not there exits 69 and names the file", async () => {
  const space = await withRecords();
  const out = space.path("nowhere/out.jsonl");
  const { code, stderr } = await space.run(["export", "raw", "--out", out]);
  expect([code, stderr.startsWith(`error MGP_EXPORT_FAILED: ${out} cannot be written: ENOENT`)]).toEqual([
    69,
    true,
  ]);
});

test("export writes the file whole, leaves out what is no record, and exits 65 for it", async () => {
  const space = await withRecords();
  const out = space.path("out.jsonl");
  expect(await space.run(["export", "raw", "--out", out, "--format", "messages"])).toEqual({
    code: 65,
    stdout: `raw → ${out}  4 records, 444 B; 1 record left out\n`,
    stderr:
      'error MGP_RECORD_JSON: left out: record raw/0/2 is not JSON: unexpected "b" at line 1, column 2 (character 1 of 4), near "{bad"; each record is one JSON object\n',
  });
  expect((await readFile(out, "utf8")).split("\n")[0]).toBe(
    '{"id":"r1","messages":[{"role":"user","content":"do thing 1"},{"role":"assistant","content":"done"}],"note":1}',
  );
  expect((await readdir(space.folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("export for training warns of records that have no response", async () => {
  const space = await workspace();
  const rows = lines(
    { id: "r1", instruction: "Why?", response: "So." },
    { id: "r2", instruction: "Why not?" },
  );
  await space.run(["produce", "raw", await space.write("in.jsonl", rows)]);
  const exported = (format: string) => space.run(["export", "raw", "--out", "-", "--format", format]);
  expect((await exported("messages")).stderr).toMatch(
    /^warning: 1 of 2 records have no response: they hold instructions only\nraw → - {2}2 records/,
  );
  expect((await exported("jsonl")).stderr).toMatch(/^raw → - {2}2 records/);
});

test("export does not write JSON lines into a file that is named like something else", async () => {
  const space = await withRecords();
  const out = space.path("out.parquet");
  expect(await space.run(["export", "raw", "--out", out])).toEqual({
    code: 2,
    stdout: "",
    stderr: `error MGP_USAGE_INVALID: ${out} ends in .parquet, and JSON lines are what is written; name it .jsonl or .jsonl.gz\n`,
  });
});

test("export does not replace a file unless it is told to", async () => {
  const space = await withRecords();
  const out = await space.write("out.jsonl", "precious");
  expect(await space.run(["export", "curated", "--out", out])).toEqual({
    code: 2,
    stdout: "",
    stderr: `error MGP_USAGE_INVALID: ${out} exists already; give --force to replace it\n`,
  });
  expect((await space.run(["export", "curated", "--out", out, "--force"])).code).toBe(0);
  expect(await readFile(out, "utf8")).toBe("");
});

test("export compresses what ends in .gz, and `-` is standard output", async () => {
  const space = await withRecords();
  const out = space.path("out.jsonl.gz");
  await space.run(["export", "raw", "--out", out, "--format", "sharegpt"]);
  const { stdout } = await space.run(["export", "raw", "--out", "-", "--format", "sharegpt"]);
  expect(gunzipSync(await readFile(out)).toString()).toBe(stdout);
  expect(ids(stdout)).toEqual(["r1", "r2", "r3", "r4"]);
});

test("a file that cannot be written leaves nothing behind", async () => {
  const space = await withRecords();
  const out = space.path("none/out.jsonl");
  const { code, stderr } = await space.run(["export", "raw", "--out", out]);
  expect(code).toBe(69);
  expect(stderr).toMatch(
    /^error MGP_EXPORT_FAILED: .*out\.jsonl cannot be written: ENOENT.*; nothing was left behind\n$/,
  );
});
