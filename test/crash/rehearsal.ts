import type { Configuration } from "./configuration.ts";
import { magpie } from "./magpie.ts";
import { RemoteServer } from "./remote-server.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { committed, Workspace } from "./workspace.ts";

/** One configuration with its input produced, and what an uninterrupted run makes of it. */
export interface Rehearsal {
  readonly server: RemoteServer;
  readonly expected: Snapshot;
  /** Records each pipeline receives in all. */
  readonly totals: readonly number[];
  /** Questions it asks the paid grader. */
  readonly needed: number;
  /** A fresh copy of the input, and a server that was never asked. */
  start(): Promise<Workspace>;
  close(): Promise<void>;
}

/** Produces the input once and runs it without interruption. */
export async function rehearse(configuration: Configuration): Promise<Rehearsal> {
  const server = new RemoteServer({ scoreMs: 40, answerMs: 5 });
  await server.listen();
  const seed = await Workspace.create(configuration, server.url);
  const uninterrupted = await seed.copy();
  await magpie(uninterrupted.folder, ["run", "--until-idle"]);
  const needed = server.asked.size;
  const expected = await takeSnapshot(uninterrupted);
  const totals = await uninterrupted.withLog((log) => committed(log, uninterrupted.pipelines));
  await uninterrupted.remove();
  return {
    server,
    expected,
    totals,
    needed,
    start: () => {
      server.reset();
      return seed.copy();
    },
    close: async () => {
      await seed.remove();
      await server.close();
    },
  };
}
