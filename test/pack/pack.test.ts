import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LedgerReport } from "../../src/runtime/read-ledger.ts";
import { followTutorial, isPrinted } from "../docs/tutorial.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "magpie-pack-"));

function run(command: string, args: readonly string[], cwd = folder): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** The ten-line filter that stands in the README. */
function readmeFilter(): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const block = /```ts\n(import [^`]*?defineFilter[^`]*)```/.exec(readme);
  expect(block, "the README has no block that defines a filter").not.toBeNull();
  return block![1]!;
}

beforeAll(() => {
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], root)) as [
    { filename: string },
  ];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  const started = Date.now();
  run("npm", ["install", "--no-audit", "--no-fund", join(folder, filename)]);
  const seconds = (Date.now() - started) / 1000;
  const megabytes = Number(run("du", ["-sm", "node_modules"]).split("\t")[0]);
  console.log(`packed package with its dependencies: installed in ${seconds.toFixed(1)} s, ${megabytes} MB`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package in an empty folder", () => {
  it("holds every page that its README and its documents link to, and nothing that a run left behind", () => {
    const installed = join(folder, "node_modules", "magpie-stream");
    const pages = [
      "README.md",
      ...readdirSync(join(installed, "docs"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".md"))
        .map((name) => join("docs", name)),
    ];
    const broken = pages.flatMap((page) =>
      [...readFileSync(join(installed, page), "utf8").matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)]
        .map(([, link = ""]) => join(dirname(page), link))
        .filter((target) => !existsSync(join(installed, target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => name.includes(".magpie"))).toEqual([]);
  });

  it("curates its sample data, with the README's filter from a local TypeScript file", () => {
    const filter = readmeFilter();
    expect(filter.trimEnd().split("\n")).toHaveLength(10);

    run("npx", ["magpie", "init"]);
    writeFileSync(join(folder, "asks.ts"), filter);
    const config = readFileSync(join(folder, "magpie.yaml"), "utf8");
    writeFileSync(
      join(folder, "magpie.yaml"),
      config.replace(/stages:\n/, "stages:\n      - { use: ./asks.ts }\n"),
    );
    run("npx", ["magpie", "lint"]);
    run("npx", ["magpie", "run", "--until-idle"]);

    const { pipelines } = JSON.parse(run("npx", ["magpie", "ledger", "--json"])) as LedgerReport;
    const ledger = pipelines["instructions"]!;
    expect(ledger.received).toBe(8_152);
    expect(ledger.balanced).toBe(true);
    const [asks] = ledger.stages;
    expect([asks!.id, asks!.in, asks!.kept + asks!.dropped]).toEqual(["asks", 8_152, 8_152]);
    expect(asks!.reasons).toEqual({ no_question: asks!.dropped });
    run("npx", ["magpie", "verify"]);
  });

  it.each(["In TypeScript", "In Python"])("does what the tutorial says, block by block: %s", (heading) => {
    const path = `${join(folder, "node_modules/.bin")}${delimiter}${process.env["PATH"]}`;
    const started = Date.now();
    const steps = followTutorial(heading, folder, { ...process.env, PATH: path });
    console.log(`the tutorial, ${heading}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    for (const { printed, actual } of steps) if (!isPrinted(printed, actual)) expect(actual).toBe(printed);
  });

  it("is imported as a library by its own name", () => {
    writeFileSync(
      join(folder, "use.mjs"),
      'import { curateFrom, definePipeline, runPipelines, stage } from "magpie-stream";\nconsole.log([curateFrom, definePipeline, runPipelines, stage].every((f) => typeof f === "function"));\n',
    );
    expect(run("node", ["use.mjs"])).toBe("true\n");
  });

  it("brings its test kit: a pipeline runs in memory, through a commit that fails", () => {
    writeFileSync(
      join(folder, "kit.mjs"),
      `import { definePipeline, plugins, stage } from "magpie-stream";
import { createTestDriver } from "magpie-stream/testing";
const stages = [stage(plugins.exactDedup)];
const driver = createTestDriver({ pipelines: [definePipeline({ name: "p", from: "raw", to: "curated", stages })] });
await driver.send("raw", ["a", "b", "a"].map((instruction) => ({ instruction })));
driver.failNext("commit", "before");
await driver.run();
console.log((await driver.read("curated")).length, await driver.verify("p"));
`,
    );
    expect(run("node", ["kit.mjs"])).toBe("2 []\n");
  });
});
