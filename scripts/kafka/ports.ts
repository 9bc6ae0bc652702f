import { createServer, type Server } from "node:net";

/** Ports of the loopback interface that nobody uses now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => {
    const address = server?.address();
    if (address === null || address === undefined || typeof address === "string")
      throw new Error("the loopback interface gives no ports");
    return address.port;
  });
  await Promise.all(servers.map((server) => server && close(server)));
  return ports;
}

/** Those of `ports` that somebody listens on. */
export async function portsTaken(ports: readonly number[]): Promise<readonly number[]> {
  const taken: number[] = [];
  for (const port of ports) {
    const server = await listen(port);
    if (server === undefined) taken.push(port);
    else await close(server);
  }
  return taken;
}

/** Undefined when the port is taken. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
