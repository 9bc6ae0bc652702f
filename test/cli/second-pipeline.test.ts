import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { RemoteServer } from "../crash/remote-server.ts";
import { type Workspace, workspace } from "./cli-harness.ts";

const grader = fileURLToPath(new URL("../crash/plugins/paid-grade.ts", import.meta.url));
const generations = fileURLToPath(
  new URL("../../examples/data/generations-narrow.jsonl.gz", import.meta.url),
);

interface Thresholds {
  readonly jaccard: number;
  readonly minGrade: number;
}

const config = (url: string, pipelines: { readonly [name: string]: Thresholds }) => `version: 1
log: { path: ./store, sync: background }
topics: { raw: { partitions: 2 } }
commit: { records: 200 }
limits: { windowRecords: 400 }
pipelines:
${Object.entries(pipelines)
  .map(
    ([name, { jaccard, minGrade }]) => `  ${name}:
    from: raw
    to: ${name}.curated
    stages:
      - { use: minhash-dedup, with: { threshold: ${jaccard} } }
      - { use: ${grader}, with: { url: "${url}", minWords: 40, minGrade: ${minGrade} }, batch: 16 }`,
  )
  .join("\n")}
`;

const loose: Thresholds = { jaccard: 0.8, minGrade: 0.2 };
const strict: Thresholds = { jaccard: 0.6, minGrade: 0.5 };

async function startServer(): Promise<RemoteServer> {
  const server = new RemoteServer({ scoreMs: 0, answerMs: 1 });
  await server.listen();
  onTestFinished(() => server.close());
  return server;
}

async function produced(text: string): Promise<Workspace> {
  const place = await workspace(text);
  const rows = gunzipSync(await readFile(generations))
    .toString()
    .split("\n")
    .slice(0, 2_000);
  await place.write("rows.jsonl", rows.join("\n"));
  expect((await place.run(["produce", "raw", place.path("rows.jsonl")])).code).toEqual(0);
  return place;
}

async function outputs(place: Workspace, name: string): Promise<readonly string[]> {
  const taps = await Promise.all(
    [`${name}.curated`, `${name}.rejected`].map((topic) => place.run(["tap", topic])),
  );
  return taps.map(({ stdout }) => stdout);
}

test("a second pipeline added to a running configuration equals a fresh run row for row, and no answer is paid for again", async () => {
  const server = await startServer();
  const place = await produced(config(server.url, { loose }));

  // Runs, and is stopped on the way, as one does to edit the configuration.
  const stopped = await place.run(["run"], {
    onListening: (send) => {
      const watch = setInterval(() => {
        if (server.asked.size < 20) return;
        clearInterval(watch);
        send("SIGTERM");
      }, 1);
    },
  });
  expect(stopped.code).toEqual(0);
  const boughtBefore = server.asked.size;
  await place.write("magpie.yaml", config(server.url, { loose, strict }));
  expect((await place.run(["run", "--until-idle"])).code).toEqual(0);
  const bought = [...server.asked].map(([key, { calls, refused }]) => [key, calls - refused] as const);
  expect(bought.filter(([, paid]) => paid !== 1)).toEqual([]);

  server.reset();
  const fresh = await produced(config(server.url, { strict }));
  expect((await fresh.run(["run", "--until-idle"])).code).toEqual(0);
  const [curated, rejected] = await outputs(fresh, "strict");
  expect(await outputs(place, "strict")).toEqual([curated, rejected]);
  expect([curated, rejected].map((text) => text!.trim().split("\n").length > 50)).toEqual([true, true]);

  // What the second pipeline needed, the first had mostly bought: nothing of it was asked again.
  const needed = [...server.asked.keys()];
  expect(needed.filter((key) => !bought.some(([known]) => known === key))).toEqual([]);
  expect(boughtBefore).toBeGreaterThan(0);
  expect(bought.length).toBeGreaterThan(boughtBefore);
  expect(needed.length).toBeGreaterThan(200);
  expect((await place.run(["verify"])).code).toEqual(0);
}, 60_000);
