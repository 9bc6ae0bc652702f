import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { MagpieError } from "../../core/errors.ts";
import { catalogue } from "./catalogue.ts";
import { hubFileForm, hubFileIn, parseHubFile } from "./hub-file.ts";

/** Where weights lie on this machine. */
export interface WeightFolders {
  /** The user's own, such as MAGPIE_MODELS names; may have folders in it. */
  readonly local: string | undefined;
  /** What `models pull` fetched. */
  readonly cache: string;
}

/**
 * Path of a GGUF file, given as one, by a name of the catalogue or as a file of the hub. Throws MGP_MODEL_NOT_FOUND with what to do.
 */
export async function findWeights(nameOrPath: string, folders: WeightFolders): Promise<string> {
  const weights = catalogue.find(({ name }) => name === nameOrPath.toLowerCase());
  if (weights !== undefined) {
    const found = await locate(weights.file, folders);
    if (found !== undefined) return found;
    throw new MagpieError(
      "MGP_MODEL_NOT_FOUND",
      `the model ${weights.name} is not on this machine; fetch it with \`magpie models pull ${weights.name}\``,
    );
  }
  const hubFile = parseHubFile(nameOrPath);
  if (hubFile !== undefined) {
    const file = hubFileIn(folders.cache, hubFile);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
    throw new MagpieError(
      "MGP_MODEL_NOT_FOUND",
      `${nameOrPath} is not on this machine; fetch it with \`magpie models pull ${nameOrPath}\``,
    );
  }
  if ((await stat(nameOrPath).catch(() => undefined))?.isFile()) return nameOrPath;
  throw new MagpieError(
    "MGP_MODEL_NOT_FOUND",
    `${nameOrPath} is neither a GGUF file nor a known name; \`magpie models list\` lists the names, and files of the hub are written ${hubFileForm}`,
  );
}

/** Path of a file of that name in one of the folders. */
export async function locate(file: string, { local, cache }: WeightFolders): Promise<string | undefined> {
  for (const folder of local === undefined ? [cache] : [local, cache]) {
    const entries = await readdir(folder, { recursive: true }).catch(() => []);
    const found = entries.find((entry) => entry.split(/[\\/]/).at(-1) === file);
    if (found !== undefined) return join(folder, found);
  }
  return undefined;
}
