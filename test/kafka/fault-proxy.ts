import { connect, createServer, type Server, type Socket } from "node:net";

/** The requests that tests let fail, by their numbers in Kafka's protocol. */
export const api = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  initProducerId: 22,
  addPartitionsToTxn: 24,
  endTxn: 26,
} as const;

/**
 * What a proxy does to one request. `cutReply`: the broker gets it, but the client's connection breaks instead of an answer.
 * `halfReply`: it breaks in the middle of the answer. `dropRequest`: it breaks and the broker never sees the request.
 * `delayReply`: the answer comes `ms` later.
 */
export type Fault =
  | { readonly kind: "cutReply" | "halfReply" | "dropRequest" }
  | { readonly kind: "delayReply"; readonly ms: number };

interface Rule {
  readonly api: number;
  readonly fault: Fault;
  left: number;
}

/** Stands between clients and one broker, and lets chosen requests fail. */
export class FaultProxy {
  readonly #rules: Rule[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** Requests seen, by number. */
  readonly #seen = new Map<number, number>();
  #failed = 0;

  private constructor(upstreamPort: number) {
    this.#server = createServer((client) => this.#relay(client, connect(upstreamPort, "127.0.0.1")));
  }

  static start(port: number, upstreamPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstreamPort);
    return new Promise((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(port, "127.0.0.1", () => resolve(proxy));
    });
  }

  /** Lets the next `times` requests of this kind fail. */
  fail(request: number, fault: Fault, times = 1): void {
    this.#rules.push({ api: request, fault, left: times });
  }

  /** Nothing fails any more. */
  heal(): void {
    this.#rules.length = 0;
  }

  /** How many requests of this kind have come. */
  seen(request: number): number {
    return this.#seen.get(request) ?? 0;
  }

  /** How many requests it has let fail. */
  get failed(): number {
    return this.#failed;
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #relay(client: Socket, upstream: Socket): void {
    /** Correlation id → what shall happen to the answer. */
    const pending = new Map<number, Fault>();
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", cut);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    client.on(
      "data",
      frames((frame) => {
        const fault = this.#faultFor(frame.readInt16BE(4));
        if (fault?.kind === "dropRequest") return cut();
        if (fault !== undefined) pending.set(frame.readInt32BE(8), fault);
        upstream.write(frame);
      }),
    );
    upstream.on(
      "data",
      frames((frame) => {
        const correlation = frame.readInt32BE(4);
        const fault = pending.get(correlation);
        pending.delete(correlation);
        if (fault === undefined) client.write(frame);
        else if (fault.kind === "delayReply") setTimeout(() => client.write(frame), fault.ms);
        else if (fault.kind === "halfReply") {
          client.end(frame.subarray(0, frame.length / 2));
          upstream.destroy();
        } else cut();
      }),
    );
  }

  #faultFor(request: number): Fault | undefined {
    this.#seen.set(request, this.seen(request) + 1);
    const rule = this.#rules.find((candidate) => candidate.api === request && candidate.left > 0);
    if (rule === undefined) return undefined;
    rule.left -= 1;
    this.#failed += 1;
    return rule.fault;
  }
}

/** Calls `each` with every whole frame of a byte stream, its length of 4 bytes included. */
function frames(each: (frame: Buffer) => void): (data: Buffer) => void {
  let buffered = Buffer.alloc(0);
  return (data) => {
    buffered = Buffer.concat([buffered, data]);
    while (buffered.length >= 4) {
      const end = 4 + buffered.readInt32BE(0);
      if (buffered.length < end) return;
      each(buffered.subarray(0, end));
      buffered = buffered.subarray(end);
    }
  };
}
