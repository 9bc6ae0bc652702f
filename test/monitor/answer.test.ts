import { expect, it } from "vitest";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import type { Access } from "../../src/monitor/access.ts";
import { answer } from "../../src/monitor/answer.ts";
import { RunMonitor } from "../../src/monitor/run-monitor.ts";

const run = {
  log: createMemoryLog(),
  pipelines: [],
  limits: { windowBytes: 1, windowRecords: 1 },
  commit: { records: 1, bytes: 1, everyMs: 1 },
  stop: new AbortController().signal,
};
const open: Access = { token: undefined };
const guarded: Access = { token: "0123456789abcdef" };
const here = { host: "127.0.0.1:9464" };

async function ask(
  url: string,
  {
    method = "GET",
    headers = here,
    access = open,
  }: { method?: string; headers?: object; access?: Access } = {},
) {
  return answer({ method, url, headers: { ...headers } }, new RunMonitor(run, () => 0), access);
}

const status = async (...question: Parameters<typeof ask>) => (await ask(...question)).status;

it("answers to the two paths as they are written, and to nothing else", async () => {
  for (const url of ["/metrics", "/healthz", "/metrics?name[]=up"]) expect(await status(url)).toBe(200);
  for (const url of [
    "/",
    "",
    "/metrics/",
    "//metrics",
    "/METRICS",
    "/healthz/../metrics",
    "/%6detrics",
    "/constructor",
    "/__proto__",
    "http://127.0.0.1:9464/metrics",
  ])
    expect({ url, ...(await ask(url)) }).toEqual({
      url,
      status: 404,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: "there are /metrics and /healthz\n",
    });
});

it("can only be read", async () => {
  expect(await status("/metrics", { method: "HEAD" })).toBe(200);
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    expect(await ask("/metrics", { method })).toEqual({
      status: 405,
      headers: { "content-type": "text/plain; charset=utf-8", allow: "GET, HEAD" },
      body: "this can only be read\n",
    });
});

it("without a token, answers to names of this machine only: not to a name that a web page points here", async () => {
  for (const host of ["127.0.0.1:9464", "127.0.0.1", "localhost:80", "LOCALHOST", "[::1]:9464", "[::1]"])
    expect({ host, status: await status("/healthz", { headers: { host } }) }).toEqual({ host, status: 200 });
  for (const host of ["evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", ""])
    expect({ host, status: await status("/healthz", { headers: { host } }) }).toEqual({ host, status: 403 });
  expect(await status("/healthz", { headers: {} })).toBe(403);
});

it("with a token, tells nobody anything who does not show it, be it of what there is or of what may be done", async () => {
  const shown = [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Bearer 0123456789abcde",
    "Bearer 0123456789abcdefg",
    "Basic 0123456789abcdef",
  ];
  for (const authorization of shown)
    for (const [method, url] of [
      ["GET", "/metrics"],
      ["GET", "/healthz"],
      ["GET", "/none"],
      ["POST", "/metrics"],
    ] as const)
      expect(await ask(url, { method, headers: { ...here, authorization }, access: guarded })).toEqual({
        status: 401,
        headers: { "content-type": "text/plain; charset=utf-8", "www-authenticate": "Bearer" },
        body: "a token is needed\n",
      });
  const headers = { host: "magpie.example:9464", authorization: "Bearer 0123456789abcdef" };
  expect(await status("/metrics", { headers, access: guarded })).toBe(200);
});
