import { createJiti } from "jiti";
import { expect, test, vi } from "vitest";
import * as magpie from "../../src/index.ts";
import { blocksOf } from "./blocks.ts";

test("the README's code runs, and prints what becomes of its records", async () => {
  const [, code] = blocksOf("README.md", "ts");
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...words) => void printed.push(words.join(" ")));
  try {
    const jiti = createJiti(import.meta.url, { fsCache: false, virtualModules: { "magpie-stream": magpie } });
    await jiti.evalModule(code!, { filename: import.meta.filename, ext: ".ts", async: true });
    await vi.waitFor(() => expect(printed).toHaveLength(4));
  } finally {
    log.mockRestore();
  }
  expect(printed.sort()).toEqual([
    "1 Words in the text: 1; at least 2 wanted.",
    "2 The instruction is the same as that of curate/0/0 0.",
    "curated 0",
    "on the log: 0",
  ]);
});
