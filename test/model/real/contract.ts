import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CompletionRequest } from "../../../src/core/model.ts";
import type { Engine } from "../../../src/model/engine/engine.ts";
import { findProfile } from "../../../src/model/profiles/find-profile.ts";

const { preQuery } = findProfile("HuggingFaceTB/SmolLM2-135M-Instruct")!;

/** Tokens of `preQuery`; one more, and the beginning of the text was added to it. */
const promptTokens = 24;

/** Id of the token "I", with which this model's likeliest query begins. */
const i = 57;

const request: CompletionRequest = {
  prompt: preQuery,
  seeds: [1],
  temperature: 0.8,
  topP: 0.9,
  maxTokens: 160,
  stop: [],
  stopIds: [],
  banned: [],
};

const greedy = { ...request, temperature: 0 };

/** What every engine promises, with SmolLM2-135M-Instruct and a context of 512 tokens each. */
export function engineContract(
  name: string,
  open: () => Promise<{ engine: Engine; close(): Promise<void> }>,
) {
  describe(name, () => {
    let engine: Engine;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ engine, close } = await open());
    });
    afterAll(() => close());

    test("gives a completion for each seed, in order, with its tokens counted and none added to the prompt", async () => {
      const seeds = [3, 1, 2];
      const completions = await engine.complete({ ...request, seeds });
      expect(completions.map(({ seed }) => seed)).toEqual(seeds);
      expect(completions.map((each) => each.promptTokens)).toEqual(seeds.map(() => promptTokens));
      for (const { text, finishReason, completionTokens, modelMs } of completions) {
        expect(text.trim()).not.toBe("");
        expect(modelMs).toBeGreaterThan(0);
        expect(text).not.toMatch(/<\|/);
        expect(finishReason).toBe(completionTokens === 160 ? "length" : "stop");
      }
      expect(new Set(completions.map(({ text }) => text)).size).toBe(3);
    });

    test("gives the same text for the same seed, alone and among others", async () => {
      const [alone] = await engine.complete({ ...request, seeds: [5] });
      const together = await engine.complete({ ...request, seeds: [4, 5, 6, 7] });
      expect(together[1]).toEqual({ ...alone, modelMs: expect.any(Number) });
    });

    test("ends at maxTokens and says so", async () => {
      const [completion] = await engine.complete({ ...greedy, maxTokens: 3 });
      expect(completion).toMatchObject({ finishReason: "length", completionTokens: 3, promptTokens });
    });

    test("ends before the first of its stops, whatever their order", async () => {
      const [{ text } = { text: "" }] = await engine.complete(greedy);
      const words = text.split(" ");
      const stop = [` ${words[5]}`, ` ${words[2]}`];
      const [cut] = await engine.complete({ ...greedy, stop });
      expect(cut).toMatchObject({ text: words.slice(0, 2).join(" "), finishReason: "stop" });
    });

    test("never gives a banned token", async () => {
      const [free] = await engine.complete({ ...greedy, maxTokens: 4 });
      const [banned] = await engine.complete({ ...greedy, maxTokens: 4, banned: [i] });
      expect(free!.text).toMatch(/^I\b/);
      expect(banned!.text).not.toMatch(/^I\b/);
    });

    test("refuses what does not fit its context", async () => {
      const long = { ...request, prompt: preQuery + "word ".repeat(600) };
      await expect(engine.complete(long)).rejects.toMatchObject({ code: "MGP_MODEL_CONTEXT" });
    });

    test("stops working on what is no longer wanted, and goes on with what is", async () => {
      const stop = new AbortController();
      const unwanted = engine.complete({ ...request, seeds: [1, 2, 3, 4, 5, 6, 7, 8] }, stop.signal);
      setTimeout(() => stop.abort(new Error("no longer wanted")), 100);
      await expect(unwanted).rejects.toThrow("no longer wanted");
      const [next] = await engine.complete({ ...greedy, maxTokens: 3 });
      expect(next).toMatchObject({ finishReason: "length", completionTokens: 3 });
    });
  });
}
