import { type MetricDefinition, type MetricOrigin, metricDefinitions } from "../src/monitor/definitions.ts";
import { processMetricNames } from "../src/monitor/process-metrics.ts";
import { usualPort } from "../src/monitor/serve-monitor.ts";

/** docs/metrics.md: every metric of ours, and how to read it. */
export function generateMetricDocs(): Map<string, string> {
  const sections = (Object.keys(origins) as MetricOrigin[]).map(sectionOf);
  return new Map([["docs/metrics.md", `${head}\n\n${sections.join("\n\n")}\n\n${tail}\n`]]);
}

const origins: { readonly [origin in MetricOrigin]: string } = {
  ledger: `## From the ledger

Committed counters, as \`magpie ledger\` shows them: they count since a pipeline's first run, over restarts, and a task that goes to
another process takes its numbers along. A commit that was lost is in none of them. Each task is told by the process it runs in, so a sum over
all processes is the ledger.`,
  process: `## Of this process

What this process has done since it started, so they begin at 0 with it: use \`rate\` or \`increase\`. What was done for a commit counts
when the commit is durable.`,
  now: `## As things stand

Looked up when they are asked for. Of a log that does not answer, there are no lags rather than old ones.`,
};

function sectionOf(origin: MetricOrigin): string {
  const rows = Object.entries<MetricDefinition>(metricDefinitions)
    .filter(([, definition]) => definition.origin === origin)
    .map(
      ([name, { type, labels, help }]) =>
        `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(" ")} | ${help} |`,
    );
  return `${origins[origin]}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n${rows.join("\n")}`;
}

const head = `<!-- Generated from src/monitor/definitions.ts by \`npm run generate\`. -->

# Metrics and health

Every \`magpie run\` serves two pages while it runs, on the embedded log as on Kafka, and says where: \`/metrics\` in the text format of
Prometheus, and \`/healthz\`. [The dashboard](dashboard.md) draws them, and explains what to look for.

## Where, and who may ask

On \`127.0.0.1:${usualPort}\`, for programs of this machine. When another process has that port, any free one is taken; a port that you name, by
\`metrics.port\` or \`--metrics-port\`, is taken or the run ends with \`MGP_METRICS_ADDRESS\`. Several runs on one machine want a port each.

Anything but this machine needs a token, which every request shows:

\`\`\`yaml
version: 1
metrics: { host: 0.0.0.0, port: 9464, token: "\${MAGPIE_METRICS_TOKEN}" }
pipelines:
  instructions: { from: instructions.raw, to: instructions.curated, stages: [{ use: exact-dedup }] }
\`\`\`

\`\`\`sh
curl -H "Authorization: Bearer $MAGPIE_METRICS_TOKEN" http://127.0.0.1:9464/healthz
\`\`\`

\`\`\`yaml
# prometheus.yml
scrape_configs:
  - job_name: magpie
    authorization: { credentials_file: /run/secrets/metrics-token }
    static_configs: [{ targets: ["pipelines:9464"] }]
\`\`\`

The token goes over the network as it is: between machines that you do not own, put something that speaks TLS before it. Without a token, a
request must name this machine in its \`Host\` (403 else), so that no web page gets at the numbers through a browser. There are these two paths (404
else), which can be read (405 else). Neither holds a record, a key, a token or the message of an error.

## Health

\`/healthz\` answers 200 when everything is well and 503 when it is not, with the reasons:

\`\`\`json
{"status":"unavailable","reasons":["instructions/main/0 has not got on for 92 s, and 4100 records are left to read"],"tasks":[{"pipeline":"instructions","task":"main/0","state":"stalled"}]}
\`\`\`

| state of a task | is well | means |
|---|---|---|
| \`running\`, \`idle\` | yes | It gets on, or has nothing to do. |
| \`starting\`, \`restoring\` | no | It was assigned to this process and restores its state; it gets there by itself. |
| \`reopening\` | no | It was closed by an error that may pass (a broker that is away, an owner elsewhere) and opens again; the reason names the error's code. |
| \`stalled\` | no | There are records to read, and no commit, answer or read for longer than a minute, the longest \`timeoutMs\` of its stages and \`commit.everyMs\` together. |
| \`closed\` | no | It has ended. |

A run that was told to stop, whose tasks are not assigned yet, or whose log does not say where its topics stand, is not well either. Restart a process for being
\`stalled\`, not for the others: they pass without help, and restarting makes them last longer. A process to whom no task was assigned, because others
have them all, is well.`;

const tail = `## Of the process itself

${processMetricNames.map((name) => `\`${name}\``).join(", ")}, and all others that [prom-client](https://github.com/siimon/prom-client)
collects by default: memory, processor time, the event loop, garbage collection, open files.

## How many series there are

Labels hold names from the configuration (pipelines, stages, topics), numbers of partitions, and codes: reasons that a plugin declares, and error codes, of which the
hundred that come first have series of their own and all others are \`other\`. No label holds an id, a text, a host or a message. A pipeline of six stages comes to
about a hundred series for each task.`;
