import type { Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

/** Resolves when nobody is connected: what a killed process had sent has arrived and is counted. */
export async function hungUp(server: Server): Promise<void> {
  const connections = promisify(server.getConnections).bind(server);
  while ((await connections()) > 0) await setTimeout(2);
}
