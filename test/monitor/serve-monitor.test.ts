import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { processMetricNames } from "../../src/monitor/process-metrics.ts";
import { RunMonitor } from "../../src/monitor/run-monitor.ts";
import { type MonitorAddress, serveMonitor, usualPort } from "../../src/monitor/serve-monitor.ts";
import { samplesIn } from "./samples.ts";

const local: MonitorAddress = { host: "127.0.0.1", port: 0, token: undefined };

async function serve(over: Partial<MonitorAddress> = {}, logger = silentLogger, monitor = monitorOf()) {
  const server = await serveMonitor(monitor, { ...local, ...over }, logger);
  onTestFinished(() => server.close());
  return server;
}

function monitorOf() {
  const run = {
    log: createMemoryLog(),
    pipelines: [],
    limits: { windowBytes: 1, windowRecords: 1 },
    commit: { records: 1, bytes: 1, everyMs: 1 },
    stop: new AbortController().signal,
  };
  return new RunMonitor(run, () => 0);
}

/** Takes a port away from everybody else. */
async function occupy(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    // Somebody else may have taken it already, which is as good.
    server.once("error", () => resolve());
    server.listen(port, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

it("serves both pages over HTTP, and keeps no copy of them anywhere", async () => {
  const { url } = await serve();
  const [metrics, health] = await Promise.all([fetch(`${url}/metrics`), fetch(`${url}/healthz`)]);
  const told = [metrics, health].map((response) => [
    response.status,
    ...["content-type", "cache-control", "x-content-type-options"].map((name) => response.headers.get(name)),
  ]);
  expect(told).toEqual([
    [200, "text/plain; version=0.0.4; charset=utf-8", "no-store", "nosniff"],
    [200, "application/json", "no-store", "nosniff"],
  ]);
  expect(await health.json()).toEqual({ status: "ok", reasons: [], tasks: [] });
});

it("tells what the process uses", async () => {
  const { url } = await serve();
  const samples = samplesIn(await (await fetch(`${url}/metrics`)).text(), "");
  for (const name of processMetricNames)
    expect({ name, value: samples[name] }).toEqual({ name, value: expect.any(Number) });
});

it("a port that was named and is taken is an error that says what to do", async () => {
  const port = await occupy(0);
  await expect(serve({ port })).rejects.toMatchObject({
    code: "MGP_METRICS_ADDRESS",
    message: `/metrics and /healthz: another process listens on 127.0.0.1:${port}; give this one another port with --metrics-port or metrics.port`,
  });
});

it("when nobody named a port and the usual one is taken, any free one does", async () => {
  await occupy(usualPort);
  const { url } = await serve({ port: undefined });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(url).not.toBe(`http://127.0.0.1:${usualPort}`);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

it("a host that is not of this machine is an error that names it", async () => {
  await expect(serve({ host: "192.0.2.1", token: "0123456789abcdef" })).rejects.toMatchObject({
    code: "MGP_METRICS_ADDRESS",
    message: expect.stringContaining("192.0.2.1:0 cannot be listened on: "),
  });
});

it("what goes wrong inside is told in the log, not to who asked", async () => {
  const errors: string[] = [];
  const monitor = monitorOf();
  monitor.health = () => Promise.reject(new Error("secret of the machine"));
  const { url } = await serve(
    {},
    { ...silentLogger, error: (text: string) => void errors.push(text) },
    monitor,
  );
  const response = await fetch(`${url}/healthz`);
  expect([response.status, await response.text(), errors]).toEqual([
    500,
    "this run cannot tell how it stands; see its log\n",
    ["GET of the metrics: secret of the machine"],
  ]);
});

it("closes at once, also while somebody keeps a connection", async () => {
  const server = await serveMonitor(monitorOf(), local, silentLogger);
  await (await fetch(`${server.url}/healthz`)).text();
  await server.close();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
});
