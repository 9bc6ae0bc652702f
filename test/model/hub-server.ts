import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface HubOptions {
  /** Path of a file in `owner/weights` at `main` → what it holds. */
  readonly files: { readonly [path: string]: Buffer };
  /** What is sent in place of it. */
  readonly sends?: Buffer;
  /** How many bytes are sent before the connection breaks. */
  readonly breaksAfter?: number;
  /** Without it the repository is gated. */
  readonly token?: string;
}

/** The two answers of the Hugging Face hub that a download needs, with what may be wrong with them. */
export async function hubServer(options: HubOptions): Promise<string> {
  const server = createServer((request, response) => void answer(options, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(
  { files, sends, breaksAfter, token }: HubOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
    return refuse(response, 403, "Access to model owner/weights is restricted");
  if (request.url === "/api/models/owner/weights/paths-info/main") {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { paths } = JSON.parse(Buffer.concat(parts).toString()) as { paths: string[] };
    const found = paths.filter((path) => path in files);
    const infos = found.map((path) => {
      const content = files[path]!;
      const oid = createHash("sha256").update(content).digest("hex");
      const size = content.length;
      return { type: "file", path, oid: "0", size, lfs: { oid, size, pointerSize: 130 } };
    });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(infos));
    return;
  }
  const path = /^\/owner\/weights\/resolve\/main\/(.+)$/.exec(request.url ?? "")?.[1];
  const content = path === undefined ? undefined : files[path];
  if (content === undefined) return refuse(response, 404, "Repository not found");
  const whole = sends ?? content;
  if (request.headers.range === "bytes=0-0") {
    const range = { "content-range": `bytes 0-0/${content.length}`, etag: '"1"' };
    response.writeHead(206, range).end(whole.subarray(0, 1));
    return;
  }
  response.writeHead(200, { "content-length": whole.length });
  if (breaksAfter === undefined) response.end(whole);
  else response.write(whole.subarray(0, breaksAfter), () => setTimeout(() => response.destroy(), 20));
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error }));
}
