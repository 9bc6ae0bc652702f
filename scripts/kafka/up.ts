import { join } from "node:path";
import { parseArgs } from "node:util";
import { answeringBrokers } from "./answers.ts";
import { cacheDirectory } from "./cache-directory.ts";
import type { ClusterSpec } from "./cluster-spec.ts";
import { composeCluster, engineAnswers } from "./compose-cluster.ts";
import { kafkaVersions } from "./kafka-versions.ts";
import { LocalCluster } from "./local-cluster.ts";
import { runScript, say } from "./run-script.ts";
import { SetupError } from "./setup-error.ts";

const usage = `npm run kafka:up -- [--brokers 1|3] [--kafka 4|3.9] [--port N]
Starts Kafka on this machine's loopback interface and prints its addresses. In this order: the brokers of KAFKA_BROKERS
(only asked whether they answer), containers when Docker answers, else Maven's artefacts on the machine's JDK.
Broker i listens on port N + 2(i - 1) (default N: 9092), its controller on the next one.`;

await runScript(async () => {
  const given = process.env["KAFKA_BROKERS"];
  if (given) return checkGiven(given.split(","));
  const spec = parseSpec(process.argv.slice(2));
  const addresses = spec.brokers.map(({ listeners: [{ port }] }) => `127.0.0.1:${port}`);
  const folder = join(cacheDirectory(process.env), "cluster");
  if (composeCluster.exists(folder) || (await LocalCluster.open(folder)) !== undefined)
    throw new SetupError("a cluster was started before; `npm run kafka:down` stops it and removes its data");
  if (await engineAnswers()) await composeCluster.start(spec, folder);
  else await LocalCluster.start(spec, folder, process.env, say);
  say(`Kafka ${kafkaVersions[spec.version]} serves; \`npm run kafka:down\` stops it and removes its data`);
  process.stdout.write(`KAFKA_BROKERS=${addresses.join()}\n`);
});

async function checkGiven(brokers: readonly string[]): Promise<void> {
  if ((await answeringBrokers(brokers)) === 0)
    throw new SetupError(`no broker answers at ${brokers.join()}, which KAFKA_BROKERS names`);
  process.stdout.write(`KAFKA_BROKERS=${brokers.join()}\n`);
}

function parseSpec(args: readonly string[]): ClusterSpec {
  const { values } = parseArgs({
    args: [...args],
    options: {
      brokers: { type: "string", default: "1" },
      kafka: { type: "string", default: "4" },
      port: { type: "string", default: "9092" },
    },
  });
  const [count, port] = [Number(values.brokers), Number(values.port)];
  const { kafka } = values;
  if (kafka !== "4" && kafka !== "3.9") throw new SetupError(`--kafka ${kafka}: it is 4 or 3.9\n${usage}`);
  if (count !== 1 && count !== 3) throw new SetupError(`--brokers ${values.brokers}: it is 1 or 3\n${usage}`);
  if (!Number.isInteger(port) || port < 1 || port > 65_530)
    throw new SetupError(`--port ${values.port}: not a port\n${usage}`);
  return {
    version: kafka,
    brokers: Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      controllerPort: port + 2 * i + 1,
      listeners: [{ name: "CLIENT", protocol: "PLAINTEXT", port: port + 2 * i }],
    })),
  };
}
