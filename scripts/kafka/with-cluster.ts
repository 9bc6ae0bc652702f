import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answeringBrokers } from "./answers.ts";
import { composeCluster, engineAnswers } from "./compose-cluster.ts";
import { LocalCluster } from "./local-cluster.ts";
import { freePorts } from "./ports.ts";
import { say } from "./run-script.ts";
import { SetupError } from "./setup-error.ts";

/** Gives `body` the addresses of a cluster: the one KAFKA_BROKERS names, else one broker of its own that is removed afterwards. */
export async function withCluster<T>(body: (brokers: readonly string[]) => Promise<T>): Promise<T> {
  const given = process.env["KAFKA_BROKERS"]?.split(",");
  if (given !== undefined) {
    if ((await answeringBrokers(given)) === 0)
      throw new SetupError(`no broker answers at ${given.join()}, which KAFKA_BROKERS names`);
    return body(given);
  }
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const spec = {
    version: "4" as const,
    brokers: [
      { id: 1, controllerPort, listeners: [{ name: "CLIENT", protocol: "PLAINTEXT", port }] as const },
    ],
  };
  const parent = await mkdtemp(join(tmpdir(), "magpie-demo-kafka-"));
  const folder = join(parent, "cluster");
  const remove = (await engineAnswers())
    ? await composeCluster.start(spec, folder).then(() => () => composeCluster.remove(folder))
    : await LocalCluster.start(spec, folder, process.env, say).then((cluster) => () => cluster.remove());
  try {
    return await body([`127.0.0.1:${port}`]);
  } finally {
    await remove();
    await rm(parent, { recursive: true, force: true });
  }
}
