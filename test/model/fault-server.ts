import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** How a server of completions behaves at one request. */
export type Behaviour =
  | { readonly kind: "answers"; readonly text?: string }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly message?: string;
      readonly retryAfter?: string;
    }
  /** Gives a part of its answer and no more. */
  | { readonly kind: "hangs" }
  /** The connection breaks in the middle of the answer, as when the server is started anew. */
  | { readonly kind: "breaks" }
  | { readonly kind: "raw"; readonly body: string | Uint8Array };

export interface FaultServer {
  readonly url: string;
  /** Bodies of the completions asked for, in order. */
  readonly asked: Record<string, unknown>[];
  close(): Promise<void>;
}

export const completion = (text: string) => ({
  choices: [{ text, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});

/** Serves the model `small`; each completion is the next behaviour's, and the last one's from then on. */
export async function faultServer(...behaviours: readonly Behaviour[]): Promise<FaultServer> {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/v1/models")
      return json(response, 200, { data: [{ id: "small", object: "model" }] });
    if (request.url !== "/v1/completions") return json(response, 404, { error: { message: "no such path" } });
    asked.push(JSON.parse(await bodyOf(request)));
    behave(behaviours[Math.min(asked.length, behaviours.length) - 1]!, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked, close };
}

function behave(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.kind) {
    case "answers":
      json(response, 200, completion(behaviour.text ?? "Hello?"));
      return;
    case "status":
      if (behaviour.retryAfter !== undefined) response.setHeader("retry-after", behaviour.retryAfter);
      json(response, behaviour.status, { error: { message: behaviour.message ?? "something is wrong" } });
      return;
    case "hangs":
      response.writeHead(200, { "content-type": "application/json" }).write('{"choices": [');
      return;
    case "breaks":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"choices": [', () => response.destroy());
      return;
    case "raw":
      response.writeHead(200, { "content-type": "application/json" }).end(behaviour.body);
      return;
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
