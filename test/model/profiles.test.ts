import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findProfile } from "../../src/model/profiles/find-profile.ts";
import { profiles } from "../../src/model/profiles/profiles.ts";

interface Published {
  readonly ids: readonly string[];
  readonly pre: string;
  readonly stop: readonly string[];
  readonly stopIds: readonly number[];
  readonly guard: readonly string[];
  readonly mtAppend?: string;
}

const published: { readonly profiles: readonly Published[] } = JSON.parse(
  readFileSync(new URL("published-profiles.json", import.meta.url), "utf8"),
);

test("every published model has its pre-query template, stops and guard words byte for byte", () => {
  const expected = published.profiles.flatMap(({ ids, pre, stop, stopIds, guard }) =>
    ids.map((id) => ({ id, preQuery: pre, stop, stopIds, guard })),
  );
  expect(expected).toHaveLength(34);
  const ours = expected.map(({ id }) => {
    const { preQuery, stop, stopIds, guard } = findProfile(id)!;
    return { id, preQuery, stop, stopIds, guard };
  });
  expect(ours).toEqual(expected);
});

test("a later user turn opens as published where that was published, and else as the pre-query template ends", () => {
  for (const { ids, mtAppend } of published.profiles)
    if (mtAppend !== undefined) expect(findProfile(ids[0]!)!.followUp).toBe(mtAppend);
  const strays = profiles.filter(({ preQuery, followUp }) => followUp === "" || !preQuery.endsWith(followUp));
  expect(strays).toEqual([]);
});

test("a model is found by its id in any case, and an unknown one is not", () => {
  expect(findProfile("qwen/qwen2-7b-instruct")?.family).toBe("qwen2");
  expect(findProfile("someone/unheard-of")).toBeUndefined();
});
