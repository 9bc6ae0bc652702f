import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../src/core/plugin.ts";
import { checkConformance } from "../../src/testing/conformance.ts";

const plugins = new URL("../../plugins/", import.meta.url);
const folders = readdirSync(plugins, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe("every built-in plugin keeps the contract", () => {
  it.each(folders)("%s", async (folder) => {
    const module: { default: Plugin } = await import(new URL(`${folder}/plugin.ts`, plugins).href);
    expect(await checkConformance(module.default, { folder })).toEqual([]);
  });
});
