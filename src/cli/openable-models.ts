import type { Config } from "../config/config.ts";
import type { OpenableModels } from "../model/open-models.ts";
import type { CliContext } from "./cli-context.ts";
import { weightFolders } from "./weight-folders.ts";

/** The models of a configuration, on this machine. */
export async function openableModels({ deps }: CliContext, { models }: Config): Promise<OpenableModels> {
  const { createModels } = await import("../model/open-models.ts");
  return createModels(models, {
    weights: weightFolders(deps.env),
    now: () => deps.now(),
    random: () => deps.random(),
  });
}
