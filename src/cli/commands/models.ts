import { type ExitCode, exitCodes } from "../../core/errors.ts";
import type { CliContext } from "../cli-context.ts";
import type { Register } from "../register.ts";
import { formatBytes } from "../render/numbers.ts";
import { renderTable } from "../render/table.ts";
import { weightFolders } from "../weight-folders.ts";

export const registerModels: Register = (program, act) => {
  const models = program.command("models").description("Weights of models on this machine.");
  models
    .command("list")
    .description("List the weights that can be pulled, and where they lie.")
    .action((_flags: object, command) => act(command, list));
  models
    .command("pull")
    .argument("<name>", "a name that `magpie models list` lists")
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
  const { pullWeights } = await import("../../model/weights/pull-weights.ts");
  const path = await pullWeights(name, weightFolders(cli.deps.env));
  if (cli.json) await cli.out.json({ path });
  else await cli.out.lines([path]);
  return exitCodes.done;
}
