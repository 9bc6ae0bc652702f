import { expect, test } from "vitest";
import type { Attempt } from "../../../src/runtime/quarantine.ts";
import { lines, type Workspace, workspace } from "../cli-harness.ts";

const twoPipelines = `version: 1
name: test
log: { kind: embedded, path: ./store }
topics: { raw: { partitions: 2, retention: { age: 7d } } }
pipelines:
  clean:
    from: raw
    to: cleaned
    stages: [{ use: length, with: { field: instruction, minWords: 3 } }]
  unique:
    from: cleaned
    to: curated
    stages: [{ use: exact-dedup }]
`;

async function curated(config?: string): Promise<Workspace> {
  const space = await workspace(config);
  const file = await space.write(
    "in.jsonl",
    `${lines({ id: "a", instruction: "one two three" }, { id: "b", instruction: "one" })}{bad\n`,
  );
  await space.run(["produce", "raw", file]);
  await space.run(["run", "--until-idle"]);
  return space;
}

const account = async (space: Workspace) =>
  JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines;

test("ledger shows zeros before the first commit, and exactly the documented keys as JSON", async () => {
  const space = await workspace();
  const stage = { in: 0, kept: 0, dropped: 0, quarantined: 0, reasons: {}, orphaned: 0 };
  expect(await account(space)).toEqual({
    clean: {
      received: 0,
      curated: 0,
      copies: 0,
      rejected: 0,
      quarantined: 0,
      inFlight: 0,
      balanced: true,
      stages: [
        { id: "length", ...stage },
        { id: "exact-dedup", ...stage },
      ],
    },
  });
  const digested = JSON.parse((await space.run(["ledger", "--json", "--digest"])).stdout);
  expect(digested.pipelines.clean.stateDigest).toMatch(/^[0-9a-f]{64}$/);
});

test("verify proves that every input is in one place", async () => {
  const space = await curated();
  expect(await space.run(["verify"])).toEqual({
    code: 0,
    stdout: [
      "clean  ✔ conserved  3 inputs re-read: 1 curated + 1 rejected + 1 quarantined\n",
      "  covers raw/0 [0, 2)\n",
      "  covers raw/1 [0, 1)\n",
    ].join(""),
    stderr: "",
  });
});

test("verify exits 70 when an output is missing", async () => {
  const space = await curated();
  const log = await space.openLog();
  await log.topics.delete("curated");
  const { code, stdout } = await space.run(["verify", "--json"]);
  expect([code, JSON.parse(stdout).ok]).toEqual([70, false]);
});

test("quarantine lists, shows and replays; what was replayed already is left alone", async () => {
  const space = await curated();
  const listed = await space.run(["quarantine", "list"], { terminal: 70, env: { NO_COLOR: "1" } });
  expect(listed.stdout).toBe(
    [
      "pipeline  position  id  stage  error\n",
      "clean     raw/0/1       read   MGP_RECORD_JSON is not JSON: unexpecte…\n",
      "1 record\n",
    ].join(""),
  );
  const shown = await space.run(["quarantine", "show", "raw/0/1"]);
  expect([shown.code, shown.stdout.split("\n").at(-2)]).toEqual([0, "{bad"]);
  expect((await space.run(["quarantine", "show", "raw/9/9"])).code).toBe(2);
  expect((await space.run(["quarantine", "replay", "--all"])).stdout).toBe(
    "1 record of clean appended again\n",
  );
  expect((await space.run(["quarantine", "replay", "raw/0/1"])).stdout).toBe(
    "0 records of clean appended again, 1 record left alone: replayed before\n",
  );
  expect((await space.run(["quarantine", "list"])).stdout).toBe(
    "nothing is in quarantine; 1 replayed attempt (--all lists them)\n",
  );
  await space.run(["run", "--until-idle"]);
  const all = JSON.parse((await space.run(["quarantine", "list", "--all", "--json"])).stdout);
  expect(all.entries.map((entry: Attempt) => [entry.position, entry.replayed])).toEqual([
    ["raw/0/1", true],
    ["raw/1/1", false],
  ]);
  expect((await account(space)).clean).toMatchObject({ received: 4, quarantined: 2, balanced: true });
  expect((await space.run(["quarantine", "replay"])).stderr).toBe(
    "error MGP_USAGE_INVALID: name what to replay: ids or positions, or --all\n",
  );
});

test("topics apply prints what it does, --dry-run does not do it, and a conflict changes nothing", async () => {
  const space = await workspace(twoPipelines);
  const dry = await space.run(["topics", "apply", "--dry-run"]);
  expect(dry.stdout.split("\n").filter((line) => !/clean|unique|curated/.test(line))).toEqual([
    "+ raw  2 partitions, kept 7 d",
    "nothing was changed (--dry-run)",
    "",
  ]);
  expect((await (await space.openLog()).topics.list()).length).toBe(0);
  expect((await space.run(["topics", "apply"])).stdout).toContain("9 topics changed\n");
  expect((await space.run(["topics", "apply"])).stdout).toBe("every topic is as configured\n");

  await space.write("magpie.yaml", twoPipelines.replace("partitions: 2", "partitions: 3"));
  expect((await space.run(["topics", "apply"])).stdout).toBe(
    "~ raw  2 partitions, kept 7 d → 3 partitions, kept 7 d\n1 topic changed\n",
  );
  await space.write("magpie.yaml", twoPipelines);
  expect(await space.run(["topics", "apply"])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error MGP_TOPIC_CONFLICT: topic raw has 3 partitions and cannot be reduced to 2; set partitions to 3 or more, or use a new topic\n",
  });
});

test("topics list shows what there is and what is only configured", async () => {
  const space = await workspace();
  await space.run(["produce", "raw", await space.write("in.jsonl", "{}\n{}\n{}\n")]);
  const { stdout } = await space.run(["topics", "list"]);
  expect(stdout.replace(/\d+ B/, "  9 B")).toBe(`topic             partitions  records   size  kept
raw                        2        3    9 B  for ever
curated  (configured, not created yet)
clean.rejected  (configured, not created yet)
clean.quarantine  (configured, not created yet)
clean.plans  (configured, not created yet)
`);
});

test("reset asks for --yes, refuses while another pipeline has read the outputs, and cascades", async () => {
  const space = await curated(twoPipelines);
  expect(await space.run(["reset", "unique"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "error MGP_USAGE_INVALID: reset removes all outputs and state of unique; give --yes to do it\n",
  });
  expect(await space.run(["reset", "clean", "--yes"])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error MGP_RESET_REFUSED: unique has read outputs of clean, which reset would remove; give --cascade to reset unique as well, or run the changed pipeline under a new name\n",
  });
  expect((await account(space)).clean.received).toBe(3);
  expect(await space.run(["reset", "clean", "--yes", "--cascade"])).toEqual({
    code: 0,
    stdout: [
      "unique was reset; removed curated, unique.rejected, unique.quarantine, unique.plans\n",
      "clean was reset; removed cleaned, clean.rejected, clean.quarantine, clean.plans\n",
    ].join(""),
    stderr: "",
  });
  expect((await account(space)).clean.received).toBe(0);
  await space.run(["run", "--until-idle"]);
  expect(await account(space)).toMatchObject({
    clean: { received: 3, curated: 1 },
    unique: { received: 1, curated: 1 },
  });
});

test("lint lists every problem with its place and exits 2; a good configuration exits 0", async () => {
  const space = await workspace();
  expect(await space.run(["lint"])).toEqual({ code: 0, stdout: "no problems\n", stderr: "" });
  const file = await space.write("magpie.yaml", twoPipelines.replace("exact-dedup", "exact-dedupe"));
  const { code, stdout } = await space.run(["lint"]);
  expect(code).toBe(2);
  expect(stdout).toContain(`error   ${file}:13:21 pipelines.unique.stages[0].use: `);
  expect(stdout).toContain('did you mean "exact-dedup"?\n1 error\n');
});

test("every command refuses a configuration that is missing or wrong", async () => {
  const space = await workspace();
  await space.write("magpie.yaml", "version: 1\nnmae: x\n");
  for (const args of [
    ["run"],
    ["ledger"],
    ["tap", "raw"],
    ["export", "raw", "--out", "x"],
    ["topics", "list"],
  ])
    expect((await space.run(args)).code).toBe(2);
});
