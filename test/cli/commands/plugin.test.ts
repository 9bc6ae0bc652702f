import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openEmbeddedLog } from "../../../src/log/embedded/open-embedded-log.ts";
import { runMagpie } from "../cli-harness.ts";

const env = { PATH: process.env["PATH"] ?? "" };

function magpie(args: readonly string[]) {
  return runMagpie(args, {
    env,
    openLog: ({ log }) => openEmbeddedLog({ path: log.path, sync: "background", now: Date.now }),
  });
}

test.each([
  ["filter", "ts"],
  ["filter", "python"],
  ["transform", "ts"],
  ["transform", "python"],
  ["stateful", "ts"],
])(
  "a new %s in %s has its sample data, keeps the contract, and runs at once",
  async (kind, lang) => {
    const folder = join(mkdtempSync(join(tmpdir(), "magpie-new-")), "x");
    const name = "my-plugin";
    const before = process.cwd();
    onTestFinished(() => {
      process.chdir(before);
      rmSync(folder, { recursive: true, force: true });
    });
    process.chdir(join(folder, ".."));
    const made = await magpie(["plugin", "new", name, "--kind", kind, "--lang", lang, "--json"]);
    expect(JSON.parse(made.stdout)).toMatchObject({ appended: 8152 });
    expect(readdirSync(name).sort()).toEqual([
      ".magpie",
      "magpie.yaml",
      ...(lang === "python" ? ["plugin.py", "test_plugin.py"] : ["plugin.test.ts", "plugin.ts"]),
    ]);
    const tested = await magpie(["plugin", "test", name, "--json"]);
    expect([tested.code, JSON.parse(tested.stdout)]).toEqual([
      0,
      {
        plugin: "my-plugin@1.0.0",
        violations: [],
        tests: {
          file: lang === "python" ? "test_plugin.py" : "plugin.test.ts",
          passed: true,
          output: expect.stringMatching(lang === "python" ? /Ran \d tests? in .*\n\nOK$/s : /^ℹ fail 0$/m),
        },
      },
    ]);

    const ran = await magpie(["run", "--until-idle", "--json", "-c", `${name}/magpie.yaml`]);
    const { instructions } = JSON.parse(ran.stdout).pipelines;
    expect(instructions).toMatchObject({ received: 8152, balanced: true });
    expect(instructions.stages[0]).toMatchObject({ id: name, in: 8152 });
  },
  120_000,
);

test("a plugin that breaks its contract is told rule by rule, with exit code 2", async () => {
  const { code, stdout } = await magpie(["plugin", "test", "test/exec/programs/faulty.py"]);
  expect([code, stdout.split("\n").at(-2)]).toEqual([2, expect.stringContaining("breaks the contract")]);
});

test.concurrent.each([
  ["in a phase", "{ setup: () => ({ measure: (batch) => { for (;;); } }) }", 'measure of "Say hi."'],
  ["in decide", "{ decide: () => { for (;;); } }", "decide"],
  ["by a promise", "{ setup: () => new Promise(() => {}) }", "setup"],
])(
  "a plugin that never ends %s is given up, and told with the call that did not come back",
  async (_, flaw, call) => {
    const folder = mkdtempSync(join(tmpdir(), "magpie-endless-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(
      join(folder, "plugin.mjs"),
      `import { defineFilter, Type } from "magpie-stream";
const closed = (properties) => Type.Object(properties, { additionalProperties: false });
const plugin = defineFilter({
  meta: {
    name: "endless", version: "1.0.0", summary: "Does not end.", config: closed({}), measures: closed({}), reasons: {},
    examples: [{ title: "any", records: [{ instruction: "Say hi." }], outcomes: [{ keep: true }] }],
  },
  decide: () => ({ keep: true }),
  setup: () => ({ measure: (batch) => batch.map(() => ({})) }),
});
export default { ...plugin, ...${flaw} };
`,
    );
    writeFileSync(join(folder, "plugin.test.mjs"), "for (;;);");
    const { code, stdout } = await magpie(["plugin", "test", folder, "--budget", "1"]);
    expect([code, stdout]).toEqual([2, expect.stringContaining(`latency  ${call}`)]);
    expect(stdout).toContain("did not come back within");
  },
);

test("a test beside a plugin that fails is shown, with exit code 2", async () => {
  const folder = mkdtempSync(join(tmpdir(), "magpie-failing-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync("test/exec/programs/words.py", join(folder, "plugin.py"));
  const test = [
    "import unittest, plugin",
    "class Test(unittest.TestCase):",
    "    def test_it(self): self.assertEqual(plugin.__name__, 'words')",
  ];
  writeFileSync(join(folder, "test_plugin.py"), test.join("\n"));
  const { code, stdout } = await magpie(["plugin", "test", folder]);
  expect([code, stdout]).toEqual([
    2,
    expect.stringMatching(
      /^✔ words@1\.0\.0 keeps the contract\n.*AssertionError: 'plugin' != 'words'.*\n✖ test_plugin\.py does not pass\n$/s,
    ),
  ]);
});

test("list and show tell what there is", async () => {
  expect((await magpie(["plugin", "list"])).stdout).toMatch(/^minhash-dedup +\d+\.\d+\.\d+ +stateful +/m);
  expect((await magpie(["plugin", "show", "test/exec/programs/words.py"])).stdout).toBe(`words@1.0.0  filter
Keeps instructions with enough words.

config
min_words  2  Fewest words.

measures
words  Words of the instruction.

tags
size  \`small\` or \`large\`.

reasons
too_short  It has {observed} words; at least {limit} are wanted.
`);
});

test.each([
  [["plugin", "new", "My Filter"], '"My Filter" is no kebab-case name such as my-filter'],
  [["plugin", "new", "src"], "exists already and was left as it is; choose another name"],
  [
    ["plugin", "new", "x", "--kind", "stateful", "--lang", "python"],
    "a stateful plugin is written in TypeScript: use --lang ts",
  ],
  [["plugin", "test", "docs"], "has none of plugin.ts"],
])("%j is refused", async (args, message) => {
  const { code, stderr } = await magpie(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
