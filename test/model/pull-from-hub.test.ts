import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findWeights } from "../../src/model/weights/find-weights.ts";
import { parseHubFile } from "../../src/model/weights/hub-file.ts";
import { pullFromHub } from "../../src/model/weights/pull-from-hub.ts";
import { type HubOptions, hubServer } from "./hub-server.ts";

const weights = Buffer.alloc(300_000, "weights");
const files = { "q4/small.gguf": weights };
const name = "hf:owner/weights/q4/small.gguf";

async function pull(options: HubOptions, token?: string, wanted = name) {
  const cache = await mkdtemp(join(tmpdir(), "magpie-hub-"));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const url = await hubServer(options);
  return { cache, pulled: pullFromHub(wanted, cache, { url, token }) };
}

test("a file of the hub is fetched whole, found by its name from then on, and not fetched again", async () => {
  const { cache, pulled } = await pull({ files, token: "hf_secret" }, "hf_secret");
  const path = await pulled;
  expect(await readFile(path)).toEqual(weights);
  expect(await findWeights(name, { local: undefined, cache })).toBe(path);
  const nowhere = { url: "http://127.0.0.1:1", token: undefined };
  expect(await pullFromHub(name, cache, nowhere)).toBe(path);
});

test.each<[string, HubOptions, string, RegExp, string?]>([
  [
    "other bytes",
    { files, sends: Buffer.alloc(300_000, "others!") },
    "MGP_MODEL_DAMAGED",
    /sha256 .* and should have 300000 bytes and the sha256 .*; pull it again/,
  ],
  ["a connection that breaks", { files, breaksAfter: 1000 }, "MGP_MODEL_UNAVAILABLE", /cannot be fetched/],
  ["a gated repository", { files, token: "hf_secret" }, "MGP_MODEL_UNAUTHORIZED", /set HF_TOKEN to a token/],
  ["a file that is not there", { files: {} }, "MGP_MODEL_NOT_FOUND", /there is no q4\/small.gguf in owner/],
  [
    "a repository that is not there",
    { files },
    "MGP_MODEL_NOT_FOUND",
    /it is written hf:OWNER/,
    "hf:o/w/small.gguf",
  ],
  [
    "a name that is none",
    { files },
    "MGP_MODEL_NOT_FOUND",
    /it is written hf:OWNER/,
    "hf:owner/../weights.gguf",
  ],
])(
  "%s is an error that says what to do, and leaves no file behind",
  async (_, options, code, message, wanted = name) => {
    const { cache, pulled } = await pull(options, undefined, wanted);
    await expect(pulled).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    const left = await readdir(cache, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map((entry) => entry.name)).toEqual([]);
  },
);

test("a file of the hub that is not here yet is told with how to fetch it", async () => {
  await expect(findWeights(name, { local: undefined, cache: "/nowhere" })).rejects.toThrow(
    `fetch it with \`magpie models pull ${name}\``,
  );
});

test("a name on the hub is a repository, a revision and a path in it, none of which leads elsewhere", () => {
  expect(parseHubFile("hf:o/r@v1.0/a/b.GGUF")).toEqual({
    repository: "o/r",
    revision: "v1.0",
    path: "a/b.GGUF",
  });
  for (const none of [
    "o/r/a.gguf",
    "hf:o/a.gguf",
    "hf:o/r/a.bin",
    "hf:o/r@/a.gguf",
    "hf:o/r/../a.gguf",
    "hf:./r/a.gguf",
    "hf:o/r@x@y/a.gguf",
  ])
    expect(parseHubFile(none), none).toBeUndefined();
});
