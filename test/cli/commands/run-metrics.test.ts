import { expect, test } from "vitest";
import type { StopSignal } from "../../../src/cli/deps.ts";
import { samplesOf } from "../../monitor/samples.ts";
import { lines, type RunCliOptions, simpleConfig, type Workspace, workspace } from "../cli-harness.ts";

const record = (id: number, instruction: string) => ({ id, instruction });
const token = "a-token-that-nobody-guesses";

/** Runs `magpie run` with these flags while `body` asks at the address that it tells. */
async function whileRunning(
  space: Workspace,
  flags: readonly string[],
  body: (url: string) => Promise<void>,
  options: RunCliOptions = {},
) {
  let send: (signal: StopSignal) => void = () => {};
  let told: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    told = resolve;
  });
  const ended = space.run(["run", ...flags], {
    onListening: (given) => {
      send = given;
    },
    onStderr: (text) => {
      const [, address] = /^metrics: (\S+)\/metrics,/m.exec(text) ?? [];
      if (address !== undefined) told(address);
    },
    ...options,
  });
  try {
    await body(await url);
  } finally {
    send("SIGTERM");
  }
  return ended;
}

/** Asks until the answer is as expected. */
async function eventually<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const textOf = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(url, { headers })).text();

test("a run on the embedded log tells at /metrics what its ledger tells, and at /healthz that it is well", async () => {
  const space = await workspace();
  const file = await space.write(
    "in.jsonl",
    lines(record(1, "one two three"), record(2, "short"), record(3, "one two three")),
  );
  await space.run(["produce", "raw", file]);
  const { code, stdout } = await whileRunning(space, ["--metrics-port", "0"], async (url) => {
    const task = 'pipeline="clean",task="main/0"';
    const text = await eventually(
      () => textOf(`${url}/metrics`),
      (metrics) => samplesOf(metrics, "magpie_received_records_total")[`{${task}}`] === 3,
    );
    expect({
      settled: samplesOf(text, "magpie_settled_records_total"),
      reasons: samplesOf(text, "magpie_reason_records_total"),
      lag: samplesOf(text, "magpie_lag_records"),
      undecided: samplesOf(text, "magpie_lso_lag_records"),
      window: samplesOf(text, "magpie_window_limit_records"),
    }).toEqual({
      settled: {
        [`{${task},fate="curated"}`]: 1,
        [`{${task},fate="rejected"}`]: 2,
        [`{${task},fate="quarantined"}`]: 0,
      },
      reasons: {
        [`{${task},stage="length",reason="too_few_words"}`]: 1,
        [`{${task},stage="length",reason="too_many_words"}`]: 0,
        [`{${task},stage="length",reason="too_few_chars"}`]: 0,
        [`{${task},stage="length",reason="too_many_chars"}`]: 0,
        [`{${task},stage="exact-dedup",reason="duplicate_instruction"}`]: 1,
        [`{${task},stage="exact-dedup",reason="duplicate_conversation"}`]: 0,
        [`{${task},stage="exact-dedup",reason="duplicate_id"}`]: 0,
        [`{${task},stage="exact-dedup",reason="duplicate_response"}`]: 0,
      },
      lag: {
        '{pipeline="clean",topic="raw",partition="0"}': 0,
        '{pipeline="clean",topic="raw",partition="1"}': 0,
      },
      undecided: {
        '{pipeline="clean",topic="raw",partition="0"}': 0,
        '{pipeline="clean",topic="raw",partition="1"}': 0,
      },
      window: { [`{${task}}`]: 8192 },
    });
    const health = await eventually(
      () => textOf(`${url}/healthz`),
      (answer) => answer.includes("idle"),
    );
    expect(JSON.parse(health)).toEqual({
      status: "ok",
      reasons: [],
      tasks: [{ pipeline: "clean", task: "main/0", state: "idle" }],
    });
  });
  expect({ code, funnel: stdout.split("\n")[0] }).toEqual({
    code: 0,
    funnel: "clean  3 received = 1 curated + 2 rejected + 0 quarantined",
  });
});

test("a run with a token answers to nobody without it, and shows it nowhere", async () => {
  const space = await workspace(`${simpleConfig}metrics: { host: 0.0.0.0, port: 0, token: "\${TOKEN}" }\n`);
  const { stdout, stderr } = await whileRunning(
    space,
    [],
    async (address) => {
      const url = address.replace("0.0.0.0", "127.0.0.1");
      expect((await fetch(`${url}/metrics`)).status).toBe(401);
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
      expect(await textOf(`${url}/metrics`, headers)).not.toContain(token);
      expect(await textOf(`${url}/healthz`, headers)).not.toContain(token);
    },
    { env: { TOKEN: token } },
  );
  expect(stdout + stderr).not.toContain(token);
});

test("a run on a port that is taken ends before it does anything; one without a port of its own takes another", async () => {
  const space = await workspace();
  await whileRunning(space, ["--metrics-port", "0"], async (url) => {
    const { port } = new URL(url);
    const other = await workspace();
    const refused = await other.run(["run", "--until-idle", "--metrics-port", port]);
    expect(refused).toEqual({
      code: 69,
      stdout: "",
      stderr: `error MGP_METRICS_ADDRESS: /metrics and /healthz: another process listens on 127.0.0.1:${port}; give this one another port with --metrics-port or metrics.port\n`,
    });
    expect((await other.run(["run", "--until-idle"])).code).toBe(0);
  });
});

test("a port is a number of at most 65535", async () => {
  const space = await workspace();
  expect((await space.run(["run", "--metrics-port", "65536"])).stderr).toBe(
    "error MGP_USAGE_INVALID: option '--metrics-port <n>' argument '65536' is invalid; a port is at most 65535\n",
  );
});
