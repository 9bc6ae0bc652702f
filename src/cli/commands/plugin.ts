import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Option } from "commander";
import { type ExitCode, exitCodes, MagpieError, messageOf } from "../../core/errors.ts";
import { isTransform, type Plugin, roleOf } from "../../core/plugin.ts";
import { packageRoot } from "../../package-root.ts";
import type { Violation } from "../../testing/conformance.ts";
import { checkPlugin } from "../check-plugin.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { wholeNumber } from "../flags.ts";
import { findPluginFile, loadPluginAt } from "../load-plugin.ts";
import type { Register } from "../register.ts";
import { countOf } from "../render/numbers.ts";
import { renderTable } from "../render/table.ts";
import { appendSamples, sampleTopic } from "../samples.ts";
import { runTestsBeside, type TestsBeside } from "../tests-beside.ts";

interface NewFlags {
  readonly kind: "transform" | "filter" | "stateful";
  readonly lang: "ts" | "python";
}

export const registerPlugin: Register = (program, act) => {
  const plugin = program.command("plugin").description("Write, test and look at plugins.");
  plugin
    .command("new")
    .description("Write a plugin that works, in a folder of its own with a configuration and sample data.")
    .argument("<name>", "kebab-case; also the folder")
    .addOption(
      new Option("--kind <kind>", "what it does")
        .choices(["transform", "filter", "stateful"])
        .default("filter"),
    )
    .addOption(new Option("--lang <lang>", "in what it is written").choices(["ts", "python"]).default("ts"))
    .action((name: string, flags: NewFlags, command) => act(command, (cli) => pluginNew(cli, name, flags)));
  plugin
    .command("test")
    .description(
      "Hold a plugin to its contract (examples, purity, hostile texts) and run the tests beside it. Needs no log and no configuration.",
    )
    .argument("<path>", "its file or its folder")
    .option(
      "--budget <ms>",
      "most milliseconds for a batch of 256 records of 2 KB, and for one record of 1 MiB",
      wholeNumber(1),
      10_000,
    )
    .action((path: string, { budget }: { readonly budget: number }, command) =>
      act(command, (cli) => pluginTest(cli, path, budget)),
    );
  plugin
    .command("list")
    .description("List the plugins that come with magpie-stream.")
    .action((_flags: object, command) => act(command, pluginList));
  plugin
    .command("show")
    .description("Show what a plugin takes, measures and drops for.")
    .argument("<plugin>", "a built-in plugin's name, a file or a folder")
    .action((name: string, _flags: object, command) => act(command, (cli) => pluginShow(cli, name)));
};

/** Throws MGP_USAGE_INVALID for a name that is none, a folder that exists, and a stateful plugin in Python. */
export async function pluginNew(cli: CliContext, name: string, { kind, lang }: NewFlags): Promise<ExitCode> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    throw new MagpieError(
      "MGP_USAGE_INVALID",
      `${JSON.stringify(name)} is no kebab-case name such as my-filter`,
    );
  if (kind === "stateful" && lang === "python")
    throw new MagpieError("MGP_USAGE_INVALID", "a stateful plugin is written in TypeScript: use --lang ts");
  const folder = resolve(name);
  const [file, test] = lang === "python" ? ["plugin.py", "test_plugin.py"] : ["plugin.ts", "plugin.test.ts"];
  const extension = lang === "python" ? "py" : "ts";
  const source = (await template(`${kind}.${extension}`)).replace("NAME", name);
  const configFile = join(folder, "magpie.yaml");
  try {
    await mkdir(folder);
    await writeFile(join(folder, file), source);
    await writeFile(join(folder, test), await template(`${kind}.test.${extension}`));
    await writeFile(
      configFile,
      configFor(name, lang === "python" ? "exec: [python3, ./plugin.py]" : "use: ./plugin.ts"),
    );
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const text = isThere
      ? `${folder} exists already and was left as it is; choose another name`
      : messageOf(cause);
    throw new MagpieError("MGP_USAGE_INVALID", text, { cause });
  }
  const records = await withLog({ ...cli, configFile }, (config, log) => appendSamples(cli, config, log));
  if (cli.json)
    await cli.out.json({
      plugin: join(folder, file),
      test: join(folder, test),
      config: configFile,
      appended: records,
    });
  else
    await cli.out.lines([
      `${cli.style.green("✔")} wrote ${file}, ${test} and magpie.yaml to ${relative(process.cwd(), folder)}, and ${countOf(records, "record")} to ${sampleTopic}`,
      "",
      "Next:",
      `  ${cli.style.bold(`magpie plugin test ${name}`)}  does it keep its contract, and do its tests pass?`,
      `  ${cli.style.bold(`cd ${name} && magpie run --until-idle`)}  what does it do with real generations?`,
    ]);
  return exitCodes.done;
}

function template(name: string): Promise<string> {
  return readFile(new URL(`templates/plugin/${name}.txt`, packageRoot()), "utf8");
}

function configFor(name: string, source: string): string {
  return `version: 1
name: ${name}
log: { kind: embedded, path: ./.magpie }
pipelines:
  instructions:
    from: ${sampleTopic}
    to: instructions.curated
    stages:
      - ${source}
`;
}

/** Exits 2 when the plugin breaks a rule, or a test beside it fails. */
export async function pluginTest(cli: CliContext, path: string, budgetMs: number): Promise<ExitCode> {
  const { env } = cli.deps;
  const { plugin, violations, ended } = await checkPlugin({ path, env, budgetMs });
  // What hangs here would hang there.
  const tests = ended ? await runTestsBeside(await findPluginFile(path), env) : undefined;
  if (cli.json) await cli.out.json({ plugin, violations, ...(tests === undefined ? {} : { tests }) });
  else
    await cli.out.lines([
      ...contractLines(plugin, violations, cli),
      ...(tests === undefined ? [] : testLines(tests, cli)),
    ]);
  return violations.length === 0 && tests?.passed !== false ? exitCodes.done : exitCodes.usage;
}

function contractLines(name: string, violations: readonly Violation[], { style }: CliContext) {
  return violations.length === 0
    ? [`${style.green("✔")} ${name} keeps the contract`]
    : [
        ...violations.map(({ rule, message }) => `${style.red(rule)}  ${message}`),
        `${name} breaks the contract: ${countOf(violations.length, "violation")}`,
      ];
}

function testLines({ file, passed, output }: TestsBeside, { style }: CliContext) {
  return passed
    ? [`${style.green("✔")} ${file} passes`]
    : [output, `${style.red("✖")} ${file} does not pass`];
}

export async function pluginList(cli: CliContext): Promise<ExitCode> {
  const { builtins } = await import("../../builtins.ts");
  const plugins = [...builtins.values()].map(({ plugin }) => plugin);
  if (cli.json)
    await cli.out.json({
      plugins: plugins.map((plugin) => ({
        name: plugin.meta.name,
        version: plugin.meta.version,
        kind: roleOf(plugin),
        summary: plugin.meta.summary,
      })),
    });
  else
    await cli.out.lines(
      renderTable(
        ["plugin", "version", "kind", "does"].map((title) => ({ title, align: "left" })),
        plugins.map((plugin) => [plugin.meta.name, plugin.meta.version, roleOf(plugin), plugin.meta.summary]),
      ),
    );
  return exitCodes.done;
}

export async function pluginShow(cli: CliContext, name: string): Promise<ExitCode> {
  const { builtins } = await import("../../builtins.ts");
  const plugin = builtins.get(name)?.plugin ?? (await loadPluginAt(name, cli.deps.env));
  if (cli.json) await cli.out.json({ kind: roleOf(plugin), ...plugin.meta });
  else await cli.out.lines(described(plugin, cli));
  return exitCodes.done;
}

interface Property {
  readonly description?: string;
  readonly default?: unknown;
}

function described(plugin: Plugin, { style }: CliContext): readonly string[] {
  const { name, version, summary, config } = plugin.meta;
  const section = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0
      ? []
      : [
          "",
          style.bold(title),
          ...renderTable(Array(rows[0]!.length).fill({ title: "", align: "left" }), rows),
        ];
  const judge = isTransform(plugin) ? undefined : plugin.meta;
  const properties = (schema: { readonly properties: object } | undefined) =>
    Object.entries<Property>((schema?.properties ?? {}) as Record<string, Property>);
  return [
    `${style.bold(`${name}@${version}`)}  ${roleOf(plugin)}`,
    summary,
    ...section(
      "config",
      properties(config).map(([key, property]) => [
        key,
        property.default === undefined ? "required" : JSON.stringify(property.default),
        property.description ?? "",
      ]),
    ),
    ...section(
      "measures",
      properties(judge?.measures).map(([key, property]) => [key, property.description ?? ""]),
    ),
    ...section("tags", Object.entries(judge?.tags ?? {})),
    ...section("reasons", Object.entries(judge?.reasons ?? {})),
  ];
}
