import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { kafkaVersions } from "../../scripts/kafka/kafka-versions.ts";
import { builtins } from "../../src/builtins.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import { runMagpie } from "../cli/cli-harness.ts";

interface Service {
  readonly build?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: { readonly [name: string]: string | number };
  readonly restart: string;
  readonly profiles?: readonly string[];
  readonly depends_on?: { readonly [service: string]: { readonly condition: string } };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly secrets?: readonly string[];
}

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const compose = parse(read("docker-compose.yml"), { merge: true });
const services: { readonly [name: string]: Service } = compose.services;
const all = Object.entries(services);
const { kafka, topics, samplers, pipelines, inference, prometheus, grafana } = services as {
  readonly [name: string]: Service;
} & Record<"kafka" | "topics" | "samplers" | "pipelines" | "inference" | "prometheus" | "grafana", Service>;

const env = {
  KAFKA_BROKER: String(pipelines.environment!["KAFKA_BROKER"]),
  MAGPIE_METRICS_TOKEN: "0123456789abcdef",
};
const configFile = "examples/kafka/magpie.yaml";
const config = await loadConfig(join(root, configFile), { env, builtins });
const prometheusConfig = parse(read("examples/kafka/prometheus.yml"));

it("has the services that the design names, and needs a GPU for one of them only", () => {
  expect(all.map(([name, { profiles }]) => [name, profiles])).toEqual([
    ["kafka", undefined],
    ["topics", undefined],
    ["samplers", undefined],
    ["pipelines", undefined],
    ["inference", ["gpu"]],
    ["prometheus", undefined],
    ["grafana", undefined],
  ]);
});

it("names a whole version of every image that is not built here", () => {
  const pulled = all.flatMap(([, { build, image }]) => (build === undefined ? image : []));
  const bases = [...read("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!);
  expect([...pulled, ...bases].filter((image) => !/:v?\d+\.\d+\.\d+(-[a-z-]+)?$/.test(image))).toEqual([]);
  expect(kafka.image).toBe(`apache/kafka:${kafkaVersions["4"]}`);
  expect(new Set(bases).size).toBe(1);
});

it("opens its ports on this machine only, each once", () => {
  const ports = all.flatMap(([, service]) => service.ports ?? []);
  expect(ports.filter((port) => !/^127\.0\.0\.1:(\d+):\1$/.test(port))).toEqual([]);
  expect(new Set(ports).size).toBe(ports.length);
});

it("mounts files that there are, and volumes that are declared", () => {
  const sources = all.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0]!));
  const missing = sources.filter((source) =>
    source.startsWith("./") ? !existsSync(join(root, source)) : !(source in compose.volumes),
  );
  expect(missing).toEqual([]);
  const writable = all.flatMap(([, { volumes = [] }]) =>
    volumes.filter((v) => v.startsWith("./") && !v.endsWith(":ro")),
  );
  expect(writable).toEqual([]);
});

it("waits for what can be waited for: what stays is healthy, what ends has ended", () => {
  const ends = all.filter(([, { restart }]) => restart === "no").map(([name]) => name);
  expect(ends).toEqual(["topics", "samplers"]);
  const stays = all.filter(([, { restart }]) => restart === "unless-stopped");
  expect(stays.filter(([, { healthcheck }]) => healthcheck === undefined)).toEqual([]);
  expect(stays.length + ends.length).toBe(all.length);
  const wrong = all.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on).filter(
      ([name, { condition }]) =>
        condition !== (ends.includes(name) ? "service_completed_successfully" : "service_healthy"),
    ),
  );
  expect(wrong).toEqual([]);
});

it("runs commands that magpie has, on a configuration that is mounted: topics, samples, pipelines", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-compose-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // It has no broker to name, which the services have.
  const openLog = () => openEmbeddedLog({ path: folder, sync: "background", now: Date.now });
  const run = async ({ command, environment, volumes }: Service, ...more: readonly string[]) => {
    expect(Object.keys(environment!)).toEqual(Object.keys(env));
    expect(volumes).toContain(`./${configFile}:/app/${configFile}:ro`);
    expect(command!.slice(-2)).toEqual(["-c", configFile]);
    const argv = command!.map((word) => (word.startsWith("examples/") ? join(root, word) : word));
    return runMagpie([...argv, ...more], { env, openLog });
  };
  expect((await run(topics)).code).toBe(0);
  const listed = JSON.parse(
    (await runMagpie(["topics", "list", "--json", "-c", join(root, configFile)], { env, openLog })).stdout,
  );
  expect(listed.missing).toEqual([]);
  expect((await run(samplers)).code).toBe(0);
  const { code, stdout } = await run(pipelines, "--until-idle", "--metrics-port", "0", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).pipelines.instructions).toMatchObject({ received: 4652, balanced: true });
});

it("reaches the broker where it listens, from containers and from this machine", () => {
  const listeners = String(kafka.environment!["KAFKA_ADVERTISED_LISTENERS"]).split(",");
  expect(listeners).toEqual(["CLIENT://127.0.0.1:9092", `INSIDE://${env.KAFKA_BROKER}`]);
  expect(kafka.ports).toEqual(["127.0.0.1:9092:9092"]);
  expect(config.log).toMatchObject({ kind: "kafka", brokers: [env.KAFKA_BROKER] });
});

it("asks for metrics and health where the configuration serves them, with its token", () => {
  const { port } = config.metrics;
  expect(pipelines.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(pipelines.healthcheck!.test.join(" ")).toContain(`"http://127.0.0.1:${port}/healthz"`);
  expect(prometheusConfig.scrape_configs).toEqual([
    {
      job_name: "magpie",
      authorization: { credentials_file: `/run/secrets/${prometheus.secrets![0]}` },
      static_configs: [{ targets: [`pipelines:${port}`] }],
    },
  ]);
  expect(compose.secrets).toEqual({ "metrics-token": { environment: "MAGPIE_METRICS_TOKEN" } });
});

it("holds no secret: each comes from the environment, and there is none to start without", () => {
  const secret = all.flatMap(([, { environment = {} }]) =>
    Object.entries(environment).filter(([name]) => /TOKEN|KEY|PASSWORD/.test(name)),
  );
  expect(secret.filter(([, value]) => !/^\$\{[A-Z_]+:\?[^}]+\}$/.test(String(value)))).toEqual([]);
  expect(Object.keys(inference.environment!)).toEqual(["HF_HOME", "VLLM_API_KEY"]);
});

it("shows the dashboard on the Prometheus of its own", () => {
  const { datasources } = parse(read("examples/kafka/grafana/provisioning/datasources/prometheus.yaml"));
  const { providers } = parse(read("examples/kafka/grafana/provisioning/dashboards/provider.yaml"));
  expect(datasources.map(({ url }: { url: string }) => url)).toEqual(["http://prometheus:9090"]);
  expect(prometheus.ports).toEqual(["127.0.0.1:9090:9090"]);
  expect(grafana.volumes).toEqual([
    "./examples/kafka/grafana/provisioning:/etc/grafana/provisioning:ro",
    `./examples/kafka/grafana/dashboards:${providers[0].options.path}:ro`,
  ]);
});
