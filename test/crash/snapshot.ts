import { createHash } from "node:crypto";
import { canonicalJson } from "../../src/core/json.ts";
import { headers, type Log, type StoredMessage } from "../../src/log/log.ts";
import { startMagpie } from "./magpie.ts";
import type { Workspace } from "./workspace.ts";

/** All that a run committed. Two runs of the same input must give equal ones. */
export interface Snapshot {
  /** `topic/partition/offset` → sha256 of the message: value, key, headers and timestamp. */
  readonly messages: ReadonlyMap<string, string>;
  /** Pipeline → its account, with the digest of its state, as `magpie ledger --digest` prints it. */
  readonly ledger: { readonly [pipeline: string]: unknown };
  /** What `magpie verify` printed when it did not pass. */
  readonly unverified: string | undefined;
}

export async function takeSnapshot(workspace: Workspace): Promise<Snapshot> {
  const messages = await workspace.withLog(readMessages);
  const ledger = await startMagpie(workspace.folder, ["ledger", "--digest", "--json"]).ended;
  if (ledger.code !== 0) throw new Error(`magpie ledger exited with ${ledger.code}:\n${ledger.stderr}`);
  const verify = await startMagpie(workspace.folder, ["verify"]).ended;
  return {
    messages,
    ledger: (JSON.parse(ledger.stdout) as { pipelines: Snapshot["ledger"] }).pipelines,
    unverified: verify.code === 0 ? undefined : `exit ${verify.code}: ${verify.stdout}${verify.stderr}`,
  };
}

/** One line for every kind of difference, with examples; empty when `actual` is what `expected` is. */
export function differences(expected: Snapshot, actual: Snapshot): readonly string[] {
  const missing: string[] = [];
  const changed: string[] = [];
  for (const [position, digest] of expected.messages) {
    const other = actual.messages.get(position);
    if (other === undefined) missing.push(position);
    else if (other !== digest) changed.push(position);
  }
  const added = [...actual.messages.keys()].filter((position) => !expected.messages.has(position));
  return [
    ...listed("missing messages", missing),
    ...listed("changed messages", changed),
    ...listed("added messages", added),
    ...differentAccounts(expected.ledger, actual.ledger),
    ...(actual.unverified === undefined ? [] : [`verify does not pass: ${actual.unverified}`]),
  ];
}

function differentAccounts(expected: Snapshot["ledger"], actual: Snapshot["ledger"]): readonly string[] {
  return Object.keys(expected)
    .filter((pipeline) => canonicalJson(expected[pipeline]) !== canonicalJson(actual[pipeline]))
    .map(
      (pipeline) =>
        `ledger of ${pipeline}: expected ${canonicalJson(expected[pipeline])}, got ${canonicalJson(actual[pipeline])}`,
    );
}

function listed(what: string, positions: readonly string[]): readonly string[] {
  return positions.length === 0
    ? []
    : [`${positions.length} ${what}, such as ${positions.slice(0, 3).join(", ")}`];
}

async function readMessages(log: Log): Promise<ReadonlyMap<string, string>> {
  const messages = new Map<string, string>();
  for (const { name } of await log.topics.list())
    for await (const message of log.scan(name)) {
      const { topic, partition, offset } = message.position;
      messages.set(`${topic}/${partition}/${offset}`, digestOf(message));
    }
  return messages;
}

function digestOf({ key, headers: named, timestamp, value }: StoredMessage): string {
  // A plan is no record of the input, so its timestamp is the time of the append.
  const time = named[headers.schema] === "magpie-plan/1" ? 0 : timestamp;
  return createHash("sha256")
    .update(canonicalJson({ key: key ?? null, headers: named, time }))
    .update(value)
    .digest("hex");
}
