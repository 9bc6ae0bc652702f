import type { IncomingMessage } from "node:http";
import { type Access, refusalOf } from "./access.ts";
import type { RunMonitor } from "./run-monitor.ts";

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What can be asked for: these paths, as they are written, and nothing that a request could make up. */
const pages: { readonly [path: string]: (monitor: RunMonitor) => Promise<Answer> } = {
  async "/metrics"(monitor) {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    return { status: 200, headers: { "content-type": type }, body: await monitor.metrics() };
  },
  async "/healthz"(monitor) {
    const health = await monitor.health();
    return {
      status: health.status === "ok" ? 200 : 503,
      headers: { "content-type": "application/json" },
      body: `${JSON.stringify(health)}\n`,
    };
  },
};

/** Answers a request to the server of the metrics; whom it refuses learns nothing more. */
export async function answer(
  { method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  monitor: RunMonitor,
  access: Access,
): Promise<Answer> {
  const refusal = refusalOf(access, headers);
  if (refusal === 401) return plain(401, "a token is needed", { "www-authenticate": "Bearer" });
  if (refusal === 403) return plain(403, "without a token, only a name of this machine is answered to");
  const path = url.replace(/\?.*$/, "");
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) return plain(404, "there are /metrics and /healthz");
  if (method !== "GET" && method !== "HEAD")
    return plain(405, "this can only be read", { allow: "GET, HEAD" });
  return page(monitor);
}

function plain(status: number, text: string, headers: Answer["headers"] = {}): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: `${text}\n` };
}
