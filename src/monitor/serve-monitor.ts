import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MagpieError, messageOf } from "../core/errors.ts";
import type { Logger } from "../core/plugin.ts";
import { type Answer, answer } from "./answer.ts";
import type { RunMonitor } from "./run-monitor.ts";

/** The port that is taken when none is named and no other process has it. */
export const usualPort = 9464;

/** Nobody who asks for metrics needs longer to say so, nor more connections. */
const longestRequestMs = 10_000;
const mostConnections = 64;

export interface MonitorAddress {
  readonly host: string;
  /** 0: any that is free; undefined: the usual one, or any that is free. */
  readonly port: number | undefined;
  readonly token: string | undefined;
}

export interface MonitorServer {
  /** Where it listens, as `http://host:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` and `/healthz` of a run. Throws MGP_METRICS_ADDRESS when a port that was named is taken, or the host is no
 * address of this machine: who names a port has something that asks there.
 */
export async function serveMonitor(
  monitor: RunMonitor,
  address: MonitorAddress,
  logger: Logger,
): Promise<MonitorServer> {
  const server = createServer({ requestTimeout: longestRequestMs }, (request, response) => {
    answer(request, monitor, address).then(
      (given) => send(response, given),
      (error) => {
        logger.error(`${request.method} of the metrics: ${messageOf(error)}`);
        send(response, {
          status: 500,
          headers: {},
          body: "this run cannot tell how it stands; see its log\n",
        });
      },
    );
  });
  server.maxConnections = mostConnections;
  await listen(server, address);
  const { address: host, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, { host, port }: MonitorAddress): Promise<void> {
  try {
    await listenOn(server, host, port ?? usualPort);
  } catch (error) {
    if (port === undefined && codeOf(error) === "EADDRINUSE") return listenOn(server, host, 0);
    throw addressError(host, port ?? usualPort, error);
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function addressError(host: string, port: number, cause: unknown): MagpieError {
  const text =
    codeOf(cause) === "EADDRINUSE"
      ? `another process listens on ${host}:${port}; give this one another port with --metrics-port or metrics.port`
      : `${host}:${port} cannot be listened on: ${messageOf(cause)}; correct metrics.host and metrics.port`;
  return new MagpieError("MGP_METRICS_ADDRESS", `/metrics and /healthz: ${text}`, { cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response
    .writeHead(status, { ...headers, "cache-control": "no-store", "x-content-type-options": "nosniff" })
    .end(body);
}
