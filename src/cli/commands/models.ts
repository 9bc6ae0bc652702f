import { type ExitCode, exitCodes } from "../../core/errors.ts";
import { hubFileForm, isHubName } from "../../model/weights/hub-file.ts";
import type { CliContext } from "../cli-context.ts";
import type { Register } from "../register.ts";
import { formatBytes } from "../render/numbers.ts";
import { renderTable } from "../render/table.ts";
import { StatusLine } from "../status-line.ts";
import { weightFolders } from "../weight-folders.ts";

export const registerModels: Register = (program, act) => {
  const models = program.command("models").description("Weights of models on this machine.");
  models
    .command("list")
    .description("List the weights that can be pulled, and where they lie.")
    .action((_flags: object, command) => act(command, list));
  models
    .command("pull")
    .argument(
      "<name>",
      `a name that \`magpie models list\` lists, or a file of the Hugging Face hub: ${hubFileForm}`,
    )
    .description("Fetch weights, unless they are here already, and verify their checksum.")
    .action((name: string, _flags: object, command) => act(command, (cli) => pull(cli, name)));
};

export async function list(cli: CliContext): Promise<ExitCode> {
  const [{ catalogue }, { locate }] = await Promise.all([
    import("../../model/weights/catalogue.ts"),
    import("../../model/weights/find-weights.ts"),
  ]);
  const folders = weightFolders(cli.deps.env);
  const models = await Promise.all(
    catalogue.map(async ({ name, summary, licence, bytes, file }) => ({
      name,
      bytes,
      licence,
      summary,
      path: (await locate(file, folders)) ?? null,
    })),
  );
  if (cli.json) await cli.out.json({ models });
  else
    await cli.out.lines(
      renderTable(
        [
          { title: "name", align: "left" },
          { title: "size", align: "right" },
          { title: "licence", align: "left" },
          { title: "where", align: "left" },
        ],
        models.map(({ name, bytes, licence, path }) => [
          name,
          formatBytes(bytes),
          licence,
          path ?? `\`magpie models pull ${name}\``,
        ]),
      ),
    );
  return exitCodes.done;
}

export async function pull(cli: CliContext, name: string): Promise<ExitCode> {
  const path = isHubName(name) ? await pullHubFile(cli, name) : await pullKnown(cli, name);
  if (cli.json) await cli.out.json({ path });
  else await cli.out.lines([path]);
  return exitCodes.done;
}

async function pullKnown({ deps }: CliContext, name: string): Promise<string> {
  const { pullWeights } = await import("../../model/weights/pull-weights.ts");
  return pullWeights(name, weightFolders(deps.env));
}

async function pullHubFile(cli: CliContext, name: string): Promise<string> {
  const { pullFromHub } = await import("../../model/weights/pull-from-hub.ts");
  const { env } = cli.deps;
  const access = { url: env["HF_ENDPOINT"], token: env["HF_TOKEN"] };
  const status = new StatusLine(cli.err, cli.deps.now);
  try {
    return await pullFromHub(name, weightFolders(env).cache, access, (received, total) =>
      status.show(() => `${name}: ${formatBytes(received)} of ${formatBytes(total)}`),
    );
  } finally {
    await status.clear();
  }
}
