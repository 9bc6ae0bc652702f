import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { downloadFile, HubApiError, pathsInfo } from "@huggingface/hub";
import { MagpieError, messageOf } from "../../core/errors.ts";
import { type HubFile, hubFileForm, hubFileIn, parseHubFile } from "./hub-file.ts";

export interface HubAccess {
  /** Such as `https://huggingface.co`, the default. */
  readonly url: string | undefined;
  /** For repositories that are gated or private. */
  readonly token: string | undefined;
}

/** Told how much has come; waited for where it gives a promise. */
export type OnBytes = (received: number, total: number) => unknown;

/**
 * Path of a file of the Hugging Face hub, fetched unless it is here already; what is fetched is held against the checksum that the hub
 * gives. Throws MGP_MODEL_NOT_FOUND, MGP_MODEL_UNAUTHORIZED, MGP_MODEL_UNAVAILABLE and MGP_MODEL_DAMAGED.
 */
export async function pullFromHub(
  name: string,
  cache: string,
  access: HubAccess,
  onBytes: OnBytes = () => {},
): Promise<string> {
  const file = parseHubFile(name);
  if (file === undefined)
    throw new MagpieError(
      "MGP_MODEL_NOT_FOUND",
      `${JSON.stringify(name)} names no file on the hub; it is written ${hubFileForm}`,
    );
  const target = hubFileIn(cache, file);
  if ((await stat(target).catch(() => undefined))?.isFile()) return target;
  // On the same disk as where the file goes, so that it appears there whole or not at all.
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(cache, "pull-"));
  try {
    const fetched = join(folder, "file.gguf");
    await fetchFile(file, access, fetched, onBytes);
    await rename(fetched, target);
    return target;
  } catch (error) {
    throw error instanceof MagpieError ? error : explained(name, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetchFile(
  { repository, revision, path }: HubFile,
  { url, token }: HubAccess,
  target: string,
  onBytes: OnBytes,
): Promise<void> {
  const where = {
    repo: repository,
    revision,
    ...(url === undefined ? {} : { hubUrl: url }),
    ...(token === undefined ? {} : { accessToken: token }),
  };
  const [info] = await pathsInfo({ ...where, paths: [path] });
  const blob = info === undefined ? null : await downloadFile({ ...where, path });
  if (info === undefined || blob === null)
    throw new MagpieError(
      "MGP_MODEL_NOT_FOUND",
      `there is no ${path} in ${repository} at ${revision} on the hub`,
    );
  const hash = createHash("sha256");
  let received = 0;
  await pipeline(
    Readable.fromWeb(blob.stream() as Parameters<typeof Readable.fromWeb>[0]),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        received += chunk.length;
        await onBytes(received, info.size);
        yield chunk;
      }
    },
    createWriteStream(target),
  );
  const sha256 = hash.digest("hex");
  // Files that git itself holds have no sha256: weights are never among them.
  if (received === info.size && (info.lfs === undefined || info.lfs.oid === sha256)) return;
  const expected = info.lfs === undefined ? "" : ` and the sha256 ${info.lfs.oid}`;
  throw new MagpieError(
    "MGP_MODEL_DAMAGED",
    `${path} of ${repository} came as ${received} bytes with the sha256 ${sha256}, and should have ${info.size} bytes${expected}; pull it again`,
  );
}

function explained(name: string, cause: unknown): MagpieError {
  const status = cause instanceof HubApiError ? cause.statusCode : undefined;
  const why = `${name} cannot be fetched: ${messageOf(cause)}`;
  if (status === 401 || status === 403)
    return new MagpieError(
      "MGP_MODEL_UNAUTHORIZED",
      `${why}; where the repository is gated, set HF_TOKEN to a token that may read it`,
      { cause },
    );
  if (status === 404)
    return new MagpieError("MGP_MODEL_NOT_FOUND", `${why}; it is written ${hubFileForm}`, { cause });
  return new MagpieError("MGP_MODEL_UNAVAILABLE", why, { cause });
}
