import { describe, expect, it } from "vitest";
import { emptyLedger } from "../../src/core/ledger.ts";
import { advance, initialCheckpoint } from "../../src/runtime/checkpoints.ts";
import type { Finished } from "../../src/runtime/finish.ts";
import { pipelineOf } from "./support.ts";

function finished(received: number, curated: number): Finished {
  return {
    sequence: 0,
    records: received,
    bytes: 0,
    writes: [],
    outputs: [],
    quarantined: [],
    droppedBytes: new Float64Array(1),
    ledger: { ...emptyLedger([]), received, curated },
    ends: new Map([["raw/0", BigInt(received)]]),
    streamTime: 5,
  };
}

describe("a checkpoint", () => {
  const start = initialCheckpoint(pipelineOf([]), "plan", {}, undefined);

  it("advances by the work of a commit", () => {
    expect(advance(start, [finished(3, 3)])).toEqual({
      commit: 1,
      offsets: { "raw/0": "3" },
      streamTime: 5,
      plan: "plan",
      fingerprints: {},
      ledger: { ...emptyLedger([]), received: 3, curated: 3 },
    });
  });

  it("is refused when a record it read is in no output", () => {
    expect(() => advance(start, [finished(3, 2)])).toThrow(
      expect.objectContaining({ code: "MGP_LEDGER_UNBALANCED", exit: 70 }),
    );
  });
});
