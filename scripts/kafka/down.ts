import { join } from "node:path";
import { cacheDirectory } from "./cache-directory.ts";
import { composeCluster } from "./compose-cluster.ts";
import { LocalCluster } from "./local-cluster.ts";
import { runScript, say } from "./run-script.ts";

// `npm run kafka:down`: stops what `kafka:up` started and removes its data.
await runScript(async () => {
  const folder = join(cacheDirectory(process.env), "cluster");
  if (composeCluster.exists(folder)) {
    await composeCluster.remove(folder);
    return say("stopped");
  }
  const cluster = await LocalCluster.open(folder);
  await cluster?.remove();
  say(cluster === undefined ? "no cluster of ours runs" : "stopped");
});
