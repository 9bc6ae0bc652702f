import { constants } from "node:fs";
import { access, mkdir, stat, statfs } from "node:fs/promises";
import { MagpieError, messageOf } from "../../core/errors.ts";

/** Gives the type of the file system a directory lies on, as Linux' statfs(2) numbers it. */
export type FileSystemType = (path: string) => Promise<number>;

export const fileSystemType: FileSystemType = async (path) => (await statfs(path)).type;

/** Magic numbers of statfs(2) and linux/magic.h. */
const networkFileSystems = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9p"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
]);

/** Makes the store's directory. Throws MGP_LOG_UNAVAILABLE when that cannot be done, MGP_LOG_NETWORK_FS. */
export async function prepareDirectory(path: string, typeOf: FileSystemType): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined && !existing.isDirectory())
    throw unavailable(path, "it is a file; a store is a directory. Name another path in log.path");
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unavailable(
      path,
      `${messageOf(error)}. Allow this user to read and write it, or name another path in log.path`,
      error,
    );
  }
  // Some platforms give the number as a signed one.
  const network = networkFileSystems.get((await typeOf(path)) >>> 0);
  if (network !== undefined)
    throw new MagpieError(
      "MGP_LOG_NETWORK_FS",
      `the store ${path} lies on ${network}, a network file system, where the store's locks and memory map are not safe; name a path on a local disk in log.path`,
    );
}

function unavailable(path: string, problem: string, cause?: unknown): MagpieError {
  return new MagpieError("MGP_LOG_UNAVAILABLE", `the store ${path} cannot be used: ${problem}`, { cause });
}
