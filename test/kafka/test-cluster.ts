import { randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrokerSpec, ClusterSpec, Listener, Security } from "../../scripts/kafka/cluster-spec.ts";
import type { KafkaVersion } from "../../scripts/kafka/kafka-versions.ts";
import { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { freePorts } from "../../scripts/kafka/ports.ts";

const prefix = "magpie-kafka-";

/** What listeners a test's cluster has: `CLIENT` always, the others where asked for. */
export interface TestClusterOptions {
  readonly version: KafkaVersion;
  readonly brokers: 1 | 3;
  /** Also a listener that is advertised at the port of a proxy of the test's. */
  readonly proxied?: boolean;
  /** Also `TLS`, `SASL` and `SASL_TLS`. */
  readonly secured?: boolean;
}

/** Known to brokers with `secured`. */
export const users = {
  admin: { name: "admin", password: "admin-secret" },
  /** May do nothing but what ACLs allow. */
  alice: { name: "alice", password: "alice-secret" },
} as const;

const security: Security = { users: Object.values(users), superUsers: [users.admin.name] };

/** Starts a cluster on free ports, in a folder for temporary files; `remove` ends it. */
export async function startTestCluster(options: TestClusterOptions): Promise<LocalCluster> {
  await removeLeftovers();
  const folder = join(tmpdir(), `${prefix}${randomUUID()}`);
  const say = (progress: string) => process.stderr.write(`kafka: ${progress}\n`);
  const cluster = await LocalCluster.start(await specOf(options), folder, process.env, say);
  await writeFile(join(folder, "owner.pid"), String(process.pid));
  return cluster;
}

/** The cluster in a folder that the global set-up or an earlier step started. */
export async function openTestCluster(folder: string): Promise<LocalCluster> {
  const cluster = await LocalCluster.open(folder);
  if (cluster === undefined) throw new Error(`there is no cluster in ${folder}`);
  return cluster;
}

async function specOf({ version, brokers, proxied, secured }: TestClusterOptions): Promise<ClusterSpec> {
  const ports = [...(await freePorts(brokers * 7))];
  const listener = (name: string, protocol: Listener["protocol"]): Listener => ({
    name,
    protocol,
    port: ports.pop()!,
  });
  const specs = Array.from({ length: brokers }, (_, i): BrokerSpec => {
    const others: Listener[] = [];
    if (proxied) others.push({ ...listener("PROXIED", "PLAINTEXT"), advertised: ports.pop()! });
    if (secured)
      others.push(
        listener("TLS", "SSL"),
        listener("SASL", "SASL_PLAINTEXT"),
        listener("SASL_TLS", "SASL_SSL"),
      );
    return {
      id: i + 1,
      controllerPort: ports.pop()!,
      listeners: [listener("CLIENT", "PLAINTEXT"), ...others],
    };
  });
  return { version, brokers: specs, shortLived: true, ...(secured ? { security } : {}) };
}

/** Ends clusters whose test run was killed before it could. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const owner = Number(await readFile(join(folder, "owner.pid"), "utf8").catch(() => ""));
    if (owner > 0 && !isAlive(owner)) await (await LocalCluster.open(folder))?.remove();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
