import { expect, test } from "vitest";
import { didYouMean } from "../../src/config/did-you-mean.ts";

const names = ["minhash-dedup", "exact-dedup", "sanitize", "format", "length", "timeoutMs", "batch", "id"];
const topics = ["instructions.curated", "conversations.raw"];

test.each([
  ["minhsh", 'did you mean "minhash-dedup"?'],
  ["minhash_dedup", 'did you mean "minhash-dedup"?'],
  ["exact", 'did you mean "exact-dedup"?'],
  ["Sanitise", 'did you mean "sanitize"?'],
  ["fromat", 'did you mean "format"?'],
  ["timeout-ms", 'did you mean "timeoutMs"?'],
  ["batchSize", 'did you mean "batch"?'],
  ["ID", 'did you mean "id"?'],
  ["reward", undefined],
  ["x", undefined],
  ["minimal-dump", undefined],
  ["", undefined],
  ["mine.ts", undefined],
])("%j: %s", (word, hint) => {
  expect(didYouMean(word, names)).toEqual(hint);
});

test("a name that shares a part with another is no slip for it", () => {
  expect(didYouMean("instructions.raw", topics)).toEqual(undefined);
  expect(didYouMean("instructions.curatd", topics)).toEqual('did you mean "instructions.curated"?');
});
