import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Checkpoint } from "../../src/core/checkpoint.ts";
import { emptyLedger } from "../../src/core/ledger.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Log, StateWrite, TaskLog } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { StagedState } from "../../src/runtime/staged-state.ts";

type Step =
  | { readonly do: "put"; readonly key: readonly number[]; readonly value: number }
  | { readonly do: "delete"; readonly key: readonly number[] }
  | { readonly do: "discard" | "seal" }
  /** Commits all sealed chunks but the last `but`. */
  | { readonly do: "commit"; readonly but: number };

// Few and short, so that keys meet and are prefixes of each other; high bytes, whose order as text and as bytes differ.
const key = fc.array(fc.constantFrom(0, 1, 0x61, 0xff), { minLength: 1, maxLength: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("put" as const), key, value: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("discard" as const, "seal" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("commit" as const), but: fc.nat(2) }) },
);

const hex = (bytes: Iterable<number>) => Buffer.from([...bytes]).toString("hex");

function checkpoint(commit: number): Checkpoint {
  return { commit, offsets: {}, streamTime: 0, plan: "", fingerprints: {}, ledger: emptyLedger([]) };
}

/** The staged state beside a plain map that does the same, compared after every step. */
class Twin {
  readonly #taskLog: TaskLog;
  readonly #state: StagedState;
  #sealed = new Map<string, number>();
  #open = new Map<string, number>();
  #waiting: { readonly sequence: number; readonly writes: readonly StateWrite[] }[] = [];
  #sequence = 0;
  #commits = 0;

  constructor(taskLog: TaskLog) {
    this.#taskLog = taskLog;
    this.#state = new StagedState("stage", taskLog.state);
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "put":
        this.#state.put(Uint8Array.from(step.key), Uint8Array.of(step.value));
        this.#open.set(hex(step.key), step.value);
        break;
      case "delete":
        this.#state.delete(Uint8Array.from(step.key));
        this.#open.delete(hex(step.key));
        break;
      case "discard":
        this.#state.discard();
        this.#open = new Map(this.#sealed);
        break;
      case "seal":
        this.#waiting.push({ sequence: this.#sequence, writes: this.#state.seal(this.#sequence) });
        this.#sequence++;
        this.#sealed = new Map(this.#open);
        break;
      case "commit": {
        const group = this.#waiting.splice(0, Math.max(0, this.#waiting.length - step.but));
        if (group.length === 0) break;
        await this.#taskLog.commit({
          checkpoint: checkpoint(++this.#commits),
          outputs: [],
          state: group.flatMap(({ writes }) => writes),
        });
        this.#state.settle(group.at(-1)!.sequence);
      }
    }
  }

  expectEqual(prefix: readonly number[]): void {
    const inOrder = [...this.#open].sort(([a], [b]) => (a < b ? -1 : 1));
    const expected = inOrder.filter(([name]) => name.startsWith(hex(prefix)));
    const found = [...this.#state.entries(Uint8Array.from(prefix))];
    expect(found.map(([name, value]) => [hex(name), value[0]])).toEqual(expected);
    for (const [name, value] of inOrder) expect(this.#state.get(Buffer.from(name, "hex"))?.[0]).toBe(value);
    expect(this.#state.get(Uint8Array.from(prefix))?.[0]).toBe(this.#open.get(hex(prefix)));
  }
}

async function expectEqualToMap(log: Log, pipeline: string, steps: readonly Step[]): Promise<void> {
  const segment = { pipeline, name: "main", sources: ["raw"] };
  const taskLog = await log.open({ segment, partition: 0 });
  const twin = new Twin(taskLog);
  for (const step of steps) {
    await twin.take(step);
    twin.expectEqual("key" in step ? step.key.slice(0, 1) : []);
    twin.expectEqual([]);
  }
  await taskLog.close();
}

describe("staged state", () => {
  it("reads like a map that forgets what was discarded, on the memory log", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) =>
        expectEqualToMap(createMemoryLog(), "p", steps),
      ),
      { numRuns: 200 },
    );
  });

  it("reads like a map that forgets what was discarded, on the embedded log", async () => {
    const path = await mkdtemp(join(tmpdir(), "magpie-state-"));
    const log = await openEmbeddedLog({ path, sync: "background", now: () => 0 });
    let run = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
          expectEqualToMap(log, `p${run++}`, steps),
        ),
        { numRuns: 40 },
      );
    } finally {
      await log.close();
      await rm(path, { recursive: true, force: true });
    }
  });

  it("keeps what was put as it was then, whatever becomes of the buffer it was given or gave", async () => {
    const log = createMemoryLog();
    const segment = { pipeline: "p", name: "main", sources: ["raw"] };
    const taskLog = await log.open({ segment, partition: 0 });
    const state = new StagedState("stage", taskLog.state);
    const buffer = Uint8Array.of(1);
    state.put("a", buffer);
    buffer[0] = 9;
    expect(state.get("a")).toEqual(Uint8Array.of(1));
    const writes = state.seal(0);
    state.get("a")![0] = 9;
    for (const [, value] of state.entries()) value[0] = 9;
    expect(writes.map(({ value }) => [...value!])).toEqual([[1]]);
    await taskLog.commit({ checkpoint: checkpoint(1), outputs: [], state: writes });
    state.settle(0);
    state.get("a")![0] = 9;
    for (const [, value] of state.entries()) value[0] = 9;
    expect([...state.get("a")!]).toEqual([1]);
  });
});
