import { expect, test } from "vitest";
import { judgeSamples } from "../../src/model/probe/judge-samples.ts";

const sample = (text: string, finishReason: "stop" | "length" = "stop") => ({
  text,
  finishReason,
  seed: 1,
  promptTokens: 3,
  completionTokens: 10,
});

const judge = (texts: readonly ReturnType<typeof sample>[], prompt = "<s>user\n") =>
  judgeSamples({ prompt, bosToken: "<s>", completions: texts, languages: texts.map(() => "eng") });

test("queries that end by themselves pass", () => {
  expect(judge([sample("What is a magpie?"), sample("Why do they collect?")])).toEqual({
    samples: 2,
    ended: 1,
    empty: 0,
    fragments: 0,
    leaked: 0,
    meanTokens: 10,
    languages: { eng: 2 },
    findings: [],
  });
});

test.each([
  [
    "texts that go on to the limit",
    [sample("What", "length"), sample("Why?")],
    /only 50 % end by themselves/,
  ],
  ["empty texts", [sample(" "), sample("Why?")], /50 % are empty/],
  ["fragments", [sample("and then the"), sample("Why?")], /50 % begin in the middle of a sentence/],
  ["a second voice", [sample("Why?\nassistant: Because."), sample("Why?")], /50 % go on as the assistant/],
])("%s do not pass, and it is said what to change", (_, texts, finding) => {
  expect(judge(texts).findings).toEqual([expect.stringMatching(finding)]);
});

test("the token that begins a text, twice, does not pass", () => {
  expect(judge([sample("Why?")], "<s><s>user\n").findings).toEqual([
    "the prompt begins with <s> twice; leave one out",
  ]);
});
