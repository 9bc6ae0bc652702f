import { expect, test } from "vitest";
import * as pluginApi from "../../src/config/plugin-api.ts";
import * as publicApi from "../../src/index.ts";

test("a plugin file gets the public API itself, without what runs pipelines", () => {
  const shared = Object.entries(publicApi).filter(([name]) => name in pluginApi);
  const given = new Map<string, unknown>(Object.entries(pluginApi));
  expect(shared.map(([name]) => name).sort()).toEqual([...given.keys()].sort());
  expect(shared.filter(([name, value]) => given.get(name) !== value)).toEqual([]);
});
