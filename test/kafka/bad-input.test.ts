import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { freePorts } from "../../scripts/kafka/ports.ts";
import { processDeps } from "../../src/cli/process-deps.ts";
import { lines, type Ran, runMagpie, type Workspace, workspace } from "../cli/cli-harness.ts";
import { sharedCluster, unique, withAdmin } from "./harness.ts";
import { withKafkaLog } from "./kafka-log-harness.ts";
import { users } from "./test-cluster.ts";

/** A configuration of one pipeline on Kafka; `log` is the rest of the log's settings. */
function configOf(name: string, brokers: readonly string[], log = ""): string {
  return `version: 1
name: ${name}
log: { kind: kafka, brokers: ${JSON.stringify(brokers)}, path: ./snapshots${log} }
pipelines:
  ${name}:
    from: ${name}.raw
    to: ${name}.curated
    stages: [{ use: length, with: { field: instruction, minWords: 1 } }]
`;
}

function magpie(ws: Workspace, ...args: readonly string[]): Promise<Ran> {
  return runMagpie([...args, "-c", ws.path("magpie.yaml")], { openLog: processDeps.openLog });
}

async function produceAll(ws: Workspace, topic: string, ids: readonly string[]): Promise<Ran> {
  const file = await ws.write(
    "rows.jsonl",
    lines(...ids.map((id) => ({ id, instruction: `What is ${id}?` }))),
  );
  return magpie(ws, "produce", topic, file);
}

describe("the command line on Kafka", () => {
  let cluster: LocalCluster;

  beforeAll(async () => {
    cluster = await sharedCluster();
  });

  it("says which brokers it did not reach", async () => {
    const [port] = await freePorts(1);
    const ws = await workspace(configOf("nobody", [`127.0.0.1:${port}`]));
    const { code, stderr } = await magpie(ws, "run", "--until-idle");
    expect({ code, stderr }).toEqual({ code: 69, stderr: expect.stringContaining("MGP_LOG_UNAVAILABLE") });
    expect(stderr).toContain(`127.0.0.1:${port}`);
  });

  it("refuses a wrong password without telling it", async () => {
    const sasl = `, sasl: { mechanism: scram-sha-256, username: ${users.admin.name}, password: "not-the-password" }`;
    const ws = await workspace(configOf(unique("denied"), cluster.addresses("SASL"), sasl));
    const { code, stderr } = await magpie(ws, "run", "--until-idle");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("MGP_LOG_AUTHENTICATION") });
    expect(stderr).not.toContain("not-the-password");
  });

  it("names the topic that a user may not use, and what is missing", async () => {
    const sasl = `, sasl: { mechanism: plain, username: ${users.alice.name}, password: ${users.alice.password} }`;
    const name = unique("denied");
    const ws = await workspace(configOf(name, cluster.addresses("SASL"), sasl));
    await withAdmin({ brokers: cluster.addresses(), clientId: "test" }, (admin) =>
      admin.create(`${name}.raw`, 1, {}),
    );
    const { code, stderr } = await magpie(ws, "run", "--until-idle");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("MGP_LOG_UNAUTHORIZED") });
    expect(stderr).toContain(name);
  });

  it("has nothing to do where a source does not exist yet, and says that a topic asked for does not", async () => {
    const name = unique("missing");
    const ws = await workspace(configOf(name, cluster.addresses()));
    const { code, stdout } = await magpie(ws, "run", "--until-idle");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining("0 received = 0 curated + 0 rejected + 0 quarantined"),
    });
    const tap = await magpie(ws, "tap", `${name}.nothing`);
    expect(tap).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining("MGP_TOPIC_UNKNOWN") });
  });

  it("puts what no schema accepts, and what the broker refuses, into quarantine, and curates the rest", async () => {
    const name = unique("mixed");
    const ws = await workspace(configOf(name, cluster.addresses()));
    await produceAll(ws, `${name}.raw`, ["a", "b"]);
    expect((await magpie(ws, "run", "--until-idle")).code).toBe(0);
    await withAdmin({ brokers: cluster.addresses(), clientId: "test" }, (admin) =>
      admin.changeConfig(`${name}.curated`, { "max.message.bytes": "4000" }),
    );
    await withKafkaLog(async (log) => {
      const value = (id: string, words: number) =>
        Buffer.from(JSON.stringify({ id, instruction: "What is it? ".repeat(words) }));
      await log.append(`${name}.raw`, [
        { value: value("c", 1) },
        { value: value("large", 2_000) },
        { value: Buffer.from('{"neither": "instruction"}') },
        { value: value("d", 1) },
      ]);
    });
    expect((await magpie(ws, "run", "--until-idle")).code).toBe(0);
    const { entries } = JSON.parse((await magpie(ws, "quarantine", "list", "--json")).stdout);
    expect(
      entries.map((entry: { position: string; error: { code: string } }) => [
        entry.position,
        entry.error.code,
      ]),
    ).toEqual([
      [`${name}.raw/0/4`, "MGP_LOG_REFUSED"],
      [`${name}.raw/0/5`, "MGP_RECORD_SHAPE"],
    ]);
    const verify = await magpie(ws, "verify");
    expect(verify).toEqual({
      code: 0,
      stdout: expect.stringContaining("6 inputs re-read: 4 curated + 0 rejected + 2 quarantined"),
      stderr: "",
    });
    await magpie(ws, "export", `${name}.curated`, "--out", ws.path("out.jsonl"));
    const exported = (await readFile(ws.path("out.jsonl"), "utf8")).trim().split("\n");
    expect(exported.map((line) => JSON.parse(line).id)).toEqual(["a", "b", "c", "d"]);
  });
});
