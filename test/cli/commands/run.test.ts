import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { StopSignal } from "../../../src/cli/deps.ts";
import { lines, type Ran, simpleConfig, type Workspace, workspace } from "../cli-harness.ts";

const long = (id: string, words: string) => ({ id, instruction: words });

test("--until-idle ends when every input is consumed, and prints the funnel", async () => {
  const space = await workspace();
  const file = await space.write(
    "a.jsonl",
    `${lines(long("a", "one two three four"), long("b", "short"), long("c", "one two three four"))}{bad\n`,
  );
  await space.run(["produce", "raw", file]);
  expect(await space.run(["run", "--until-idle"])).toEqual({
    code: 0,
    stdout: `clean  4 received = 1 curated + 2 rejected + 1 quarantined
  stage                    in  kept  dropped  quarantined  of received
  read                      4     3        0            1  ████████████       75.0 %
  length                    3     2        1            0  ████████           50.0 %
    too_few_words                          1
  exact-dedup               2     1        1            0  ████               25.0 %
    duplicate_instruction                  1

What failed, and why: magpie quarantine list --pipeline clean
`,
    stderr: "",
  });
});

test("records that cannot be judged are quarantined each for its own reason; nothing else is lost", async () => {
  const space = await workspace();
  const good = (id: string) => JSON.stringify(long(id, `this is the good record ${id}`));
  const bad: readonly (readonly [string, Buffer])[] = [
    ["malformed JSON", Buffer.from('{"instruction": "one two')],
    ["wrong schema", Buffer.from('{"text": 5}')],
    ["not an object", Buffer.from("[1,2]")],
    [
      "invalid UTF-8",
      Buffer.concat([Buffer.from('{"instruction":"one two '), Buffer.of(0xff, 0xfe), Buffer.from('"}')]),
    ],
    ["null bytes", Buffer.from('{"instruction":"one two \u0000 three"}')],
  ];
  const odd = [
    '{"id":"surrogate","instruction":"one two three \\ud800 four"}',
    '{"id":"proto","instruction":"one two three and __proto__","__proto__":{"polluted":true}}',
    '{"id":"escaped-null","instruction":"one two three \\u0000 five"}',
    '{"id":"same","instruction":"first of two equal ids"}',
    '{"id":"same","instruction":"second of two equal ids"}',
  ];
  const parts = [good("first"), ...bad.flatMap(([, bytes], i) => [bytes, good(`after-${i}`)]), ...odd];
  const content = parts.flatMap((part) => [Buffer.from(part), Buffer.from("\n")]);
  const huge = Buffer.concat([Buffer.from('"'), Buffer.alloc(50_000_000, "x"), Buffer.from('"\n')]);
  const file = await space.write("a.jsonl", Buffer.concat([huge, ...content]));

  expect((await space.run(["produce", "raw", file])).code).toBe(65);
  expect((await space.run(["run", "--until-idle"])).code).toBe(0);
  const ledger = JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines.clean;
  expect(ledger).toMatchObject({ received: 16, curated: 11, rejected: 0, quarantined: 5, balanced: true });
  const { entries } = JSON.parse((await space.run(["quarantine", "list", "--json"])).stdout);
  const found = entries.map((entry: { error: { code: string }; bytes: string }) => [
    entry.error.code,
    entry.bytes,
  ]);
  expect(found).toEqual(
    ["MGP_RECORD_JSON", "MGP_RECORD_SHAPE", "MGP_RECORD_SHAPE", "MGP_RECORD_ENCODING", "MGP_RECORD_JSON"].map(
      (code, i) => [code, bad[i]![1].toString("base64")],
    ),
  );
  expect((await space.run(["verify"])).code).toBe(0);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

const whereToLook = "metrics: http://127.0.0.1:PORT/metrics, health: http://127.0.0.1:PORT/healthz\n";
const withoutPorts = (text: string) => text.replace(/:\d+(?=\/)/g, ":PORT");

test("SIGTERM finishes, commits and exits 0; SIGINT exits 130", async () => {
  const space = await workspace();
  const terminated = await startRun(space);
  terminated.send("SIGTERM");
  const { code, stderr } = await terminated.ended;
  expect({ code, stderr: withoutPorts(stderr) }).toEqual({
    code: 0,
    stderr: `${whereToLook}SIGTERM: finishing what was read, up to 30 s; once more ends at once\n`,
  });
  const interrupted = await startRun(space);
  interrupted.send("SIGINT");
  expect((await interrupted.ended).code).toBe(130);
  expect(JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines.clean).toMatchObject({
    received: 2,
    curated: 1,
    rejected: 1,
  });
});

test("a second run on the same store exits 75 and names the owner; ledger, tap and verify work beside it", async () => {
  const space = await workspace();
  const first = await startRun(space);
  const second = await space.run(["run", "--until-idle"]);
  expect(second.code).toBe(75);
  expect(second.stderr).toContain("error MGP_LEASE_HELD: ");
  expect(second.stderr).toContain(String(process.pid));
  for (const command of [["ledger"], ["verify"], ["tap", "curated"]])
    expect((await space.run(command)).code).toBe(0);
  first.send("SIGTERM");
  expect((await first.ended).code).toBe(0);
});

interface Started {
  readonly send: (signal: StopSignal) => void;
  readonly ended: Promise<Ran>;
}

/** Starts `run` beside the test, gives it a record, and waits until it has committed it. */
async function startRun(space: Workspace): Promise<Started> {
  let send: Started["send"] = () => {};
  const ended = space.run(["run"], {
    onListening: (given) => {
      send = given;
    },
  });
  const file = await space.write("started.jsonl", lines(long("started", "one two three four")));
  const received = async () =>
    JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines.clean.received;
  const before = await received();
  await space.run(["produce", "raw", file]);
  while ((await received()) === before) await new Promise((resolve) => setTimeout(resolve, 20));
  return { send, ended };
}

test("--only runs the named pipelines and refuses others", async () => {
  const space = await workspace();
  expect(await space.run(["run", "--until-idle", "--only", "claen"])).toEqual({
    code: 2,
    stdout: "",
    stderr: 'error MGP_USAGE_INVALID: there is no pipeline "claen"; did you mean "clean"?\n',
  });
  expect((await space.run(["run", "--until-idle", "--only", "clean", "--json"])).code).toBe(0);
});

const stuckPlugin = `import { writeFileSync } from "node:fs";
import { closed, defineTransform } from "magpie-stream";
export default defineTransform({
  meta: { name: "stuck", version: "1.0.0", stability: "stable", summary: "Never answers.", config: closed({}), examples: [] },
  setup: () => ({ apply: () => {
    writeFileSync(new URL("./called", import.meta.url), "");
    return new Promise(() => {});
  } }),
});
`;

async function stuck(): Promise<Workspace> {
  const space = await workspace(simpleConfig.replace("- use: exact-dedup", "- use: ./stuck.mjs"));
  await space.write("stuck.mjs", stuckPlugin);
  await space.run(["produce", "raw", await space.write("in.jsonl", lines(long("a", "one two three four")))]);
  return space;
}

test("what does not finish before the drain deadline is exit 75, and is done again on the next start", async () => {
  const space = await stuck();
  const args = ["run", "--drain-seconds", "0"];
  const onListening = async (send: Started["send"]) => {
    while (!existsSync(space.path("called"))) await new Promise((resolve) => setTimeout(resolve, 20));
    send("SIGTERM");
  };
  const { stderr, ...ran } = await space.run(args, { onListening });
  expect({ ...ran, stderr: withoutPorts(stderr) }).toEqual({
    code: 75,
    stdout: "",
    stderr: [
      whereToLook,
      "SIGTERM: finishing what was read, up to 0 s; once more ends at once\n",
      "error MGP_DRAIN_TIMEOUT: work in flight did not finish within 0 ms; it was not committed and is done again on the next start\n",
    ].join(""),
  });
  await space.write("magpie.yaml", simpleConfig);
  await space.run(["run", "--until-idle"]);
  expect(JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines.clean).toMatchObject({
    received: 1,
    curated: 1,
  });
});

test("a second signal ends the process at once", async () => {
  const space = await stuck();
  const exits: number[] = [];
  const ended = space.run(["run", "--drain-seconds", "1"], {
    onListening(send) {
      send("SIGINT");
      send("SIGINT");
      send("SIGTERM");
    },
    exit: (code) => exits.push(code),
  });
  await ended;
  expect(exits).toEqual([130, 143]);
});
