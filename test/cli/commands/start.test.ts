import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Config } from "../../../src/config/config.ts";
import { openEmbeddedLog } from "../../../src/log/embedded/open-embedded-log.ts";
import { lines, runMagpie, workspace } from "../cli-harness.ts";

const openLog = ({ log: { path } }: Config) => openEmbeddedLog({ path, sync: "background", now: Date.now });

test("init writes a configuration that works, with sample data in its topic, and leaves an existing one alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-init-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, "new", "magpie.yaml");
  const made = await runMagpie(["init", join(folder, "new")], { openLog });
  expect([made.code, made.stderr, made.stdout.split("\n")[0]]).toEqual([
    0,
    "",
    "✔ wrote magpie.yaml, and 8,152 records to instructions.raw",
  ]);
  const written = await readFile(config, "utf8");
  expect(written.split("\n")[0]).toMatch(
    /^# yaml-language-server: \$schema=file:.*schemas\/config\/v1\.schema\.json$/,
  );
  expect(written).toContain("\nname: new\n");
  expect((await runMagpie(["lint", "-c", config], { openLog })).stdout).toBe("no problems\n");
  expect(await runMagpie(["init", join(folder, "new")], { openLog })).toEqual({
    code: 2,
    stdout: "",
    stderr: `error MGP_USAGE_INVALID: ${config} exists already and was left as it is; name another folder: magpie init DIR\n`,
  });
  expect(await readFile(config, "utf8")).toBe(written);
});

test("try shows the funnel and the drops with their texts, and commits nothing", async () => {
  const space = await workspace();
  const file = await space.write(
    "in.jsonl",
    `${lines(
      { id: "a", instruction: "Write a poem about the sea." },
      { id: "b", instruction: "Hello" },
      { id: "c", instruction: "Write a poem about the sea." },
    )}{bad\n`,
  );
  expect(await space.run(["try", file], { terminal: 70, env: { NO_COLOR: "1" } })).toEqual({
    code: 0,
    stdout: `clean  4 received = 1 curated + 2 rejected + 1 quarantined
  stage                    in  kept  dropped  quarantined   share
  read                      4     3        0            1  75.0 %
  length                    3     2        1            0  50.0 %
    too_few_words                          1
  exact-dedup               2     1        1            0  25.0 %
    duplicate_instruction                  1

too_few_words  1  clean / length
  b  Hello
    Words in the text: 1; at least 3 wanted.

duplicate_instruction  1  clean / exact-dedup
  c  Write a poem about the sea.
    like  Write a poem about the sea.
    The instruction is the same as that of raw/0/0 a.

MGP_RECORD_JSON  1  clean / read
  raw/1/1  {bad
    is not JSON: unexpected "b" at line 1, column 2 (character 1 of …
`,
    stderr: "",
  });
  expect((await (await space.openLog()).topics.list()).length).toBe(0);
});

test("try --limit takes so many records of all files together", async () => {
  const space = await workspace();
  const file = await space.write(
    "in.jsonl",
    lines(...Array.from({ length: 50 }, (_, id) => ({ id, instruction: `say ${id} now` }))),
  );
  const { code, stdout } = await space.run(["try", file, file, "--limit", "60", "--json"]);
  expect([code, JSON.parse(stdout).pipelines.clean]).toMatchObject([
    0,
    { received: 60, curated: 50, rejected: 10 },
  ]);
});

test("usage errors exit 2 and say what was expected; help and version exit 0", async () => {
  const run = (...argv: string[]) => runMagpie(argv, { openLog });
  expect(await run("fly")).toEqual({
    code: 2,
    stdout: "",
    stderr: "error MGP_USAGE_INVALID: unknown command 'fly'; `magpie --help` lists them\n",
  });
  const asked = await run("help", "tap");
  expect([asked.code, asked.stderr, asked.stdout.split("\n")[0]]).toEqual([
    0,
    "",
    "Usage: magpie tap [options] <topic>",
  ]);
  expect(await run("tap", "raw", "--form", "3")).toEqual({
    code: 2,
    stdout: "",
    stderr: "error MGP_USAGE_INVALID: unknown option '--form'; did you mean --from?\n",
  });
  expect(await run("tap", "raw", "--limit", "0", "--json")).toEqual({
    code: 2,
    stdout: "",
    stderr: `{"error":{"code":"MGP_USAGE_INVALID","message":"option '--limit <n>' argument '0' is invalid; it must be a whole number of at least 1"}}\n`,
  });
  expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await run("--help")).code).toBe(0);
  expect((await run()).code).toBe(2);
});
