import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { generateSchemas } from "../../scripts/generate-schemas.ts";
import type { Checkpoint } from "../../src/core/checkpoint.ts";
import { addLedgers, emptyLedger } from "../../src/core/ledger.ts";
import type { QuarantineEntry, RejectedRecord } from "../../src/core/outcome.ts";
import { type Plan, planHash } from "../../src/core/plan.ts";
import { sha256Hex } from "../../src/core/sha256.ts";

const root = new URL("../../", import.meta.url);

const plan: Plan = {
  pipeline: "p",
  from: ["raw"],
  to: "curated",
  stages: [{ id: "a", plugin: "sanitize", version: "1.0.0", sha256: sha256Hex("x"), with: { depth: 1 } }],
};

const rejected: RejectedRecord = {
  id: "a",
  turns: [{ role: "user", content: "Hi" }],
  provenance: {},
  measures: {},
  tags: {},
  plan: planHash(plan),
  extra: {},
  verdict: {
    stage: "near",
    plugin: "minhash-dedup@1.0.0",
    reasons: [{ code: "near_duplicate", message: "Too similar.", observed: 0.9, limit: 0.8, ref: "t/0/1 b" }],
  },
};

const quarantined: QuarantineEntry = {
  id: "t/0/1",
  position: "t/0/1",
  original: "t/0/1",
  stage: "read",
  plugin: "",
  error: { code: "MGP_RECORD_JSON", message: "not JSON" },
  attempts: 1,
  bytes: "eA==",
  sha256: sha256Hex("x"),
};

const ledger = addLedgers(emptyLedger(["near"]), {
  received: 3,
  curated: 1,
  copies: 0,
  rejected: 1,
  quarantined: 1,
  forwarded: 0,
  resumed: 0,
  stages: [
    { id: "near", in: 2, kept: 1, dropped: 1, quarantined: 0, reasons: { near_duplicate: 1 }, orphaned: 0 },
  ],
});

const checkpoint: Checkpoint = {
  commit: 1,
  offsets: { "raw/0": "3" },
  streamTime: 1718000000123,
  plan: planHash(plan),
  fingerprints: { near: sha256Hex("y") },
  ledger,
};

describe("the schemas of what is stored", () => {
  const schemas = generateSchemas();

  test("are those in the repository", () => {
    for (const [path, content] of schemas) expect(readFileSync(new URL(path, root), "utf8")).toBe(content);
  });

  test.each([
    ["rejected", rejected],
    ["quarantine", quarantined],
    ["plan", plan],
    ["checkpoint", checkpoint],
    ["ledger", ledger],
  ] as const)("%s accepts what is written and refuses an unknown or a missing key", (name, value) => {
    const accepts = new Ajv2020().compile(JSON.parse(schemas.get(`schemas/${name}/v1.schema.json`)!));
    expect(accepts(value)).toBe(true);
    expect(accepts({ ...value, misspelt: 1 })).toBe(false);
    const others = Object.entries(value).slice(1);
    expect(accepts(Object.fromEntries(others))).toBe(false);
  });
});
