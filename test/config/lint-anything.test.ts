import fc from "fast-check";
import { expect, test } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { lintText } from "../../src/config/load-config.ts";

const valid = `version: 1
name: fuzz
log: { kind: embedded, path: ./.magpie, sync: commit }
topics: { raw: { partitions: 4, retention: { age: 7d, bytes: 10GB } } }
pipelines:
  p:
    from: [raw, other]
    to: out
    stages: &stages
      - use: length
        with: { minWords: 3 }
      - { use: format, id: shape, batch: 10 }
  q: { from: out, to: end, stages: *stages }
limits: { windowRecords: 100 }
`;

const pieces = [
  "{",
  "}",
  "[",
  "]",
  ":",
  "- ",
  "\n",
  "\n  ",
  "\t",
  "*stages",
  "&a ",
  `\${X}`,
  "null",
  "''",
  "!!set ",
  "<<",
  "? ",
  "|",
  "#",
  "%",
  "\u0000",
  "\ud800",
  "é",
];

const broken = fc
  .array(
    fc.record({
      at: fc.nat(valid.length),
      remove: fc.nat(12),
      insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce(
      (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
      valid,
    ),
  );

test("whatever is in the file, linting gives problems with a place in it", async () => {
  await fc.assert(
    fc.asyncProperty(broken, async (text) => {
      const lines = text.split("\n");
      for (const problem of await lintText("magpie.yaml", text, { env: { X: "value" }, builtins })) {
        expect(problem.line).toBeGreaterThanOrEqual(1);
        expect(problem.line).toBeLessThanOrEqual(lines.length);
        expect(problem.column).toBeGreaterThanOrEqual(1);
        expect(problem.message).not.toEqual("");
      }
    }),
    { numRuns: 100 },
  );
});
