import { MagpieError, messageOf } from "../../core/errors.ts";

// Numbers as LMDB passes them on; the quota error differs between Linux and macOS.
const fullCodes: readonly unknown[] = ["ENOSPC", "EFBIG", "EDQUOT", 28, 27, 122, 69];
const corruptCodes: readonly unknown[] = [-30797, -30796, -30793];
const fullText = /no space left|file too large|quota exceeded/i;
const corruptText = /MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_INVALID|not an LMDB file|checksum of a batch/i;

/** The coded error for whatever the store's files or LMDB threw. */
export function storeError(path: string, doing: string, error: unknown): MagpieError {
  if (error instanceof MagpieError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const message = messageOf(error);
  if (fullCodes.includes(code) || fullText.test(message))
    return new MagpieError(
      "MGP_LOG_FULL",
      `${doing} in the store ${path}: ${message}. Nothing of this write was kept; free space on that disk (or raise the file size limit) and try again`,
      { cause: error },
    );
  if (corruptCodes.includes(code) || corruptText.test(message)) return corruptError(path, message, error);
  return new MagpieError("MGP_LOG_UNAVAILABLE", `${doing} in the store ${path}: ${message}`, {
    cause: error,
  });
}

/** Says what is damaged and what to do about it. */
export function corruptError(path: string, detail: string, cause?: unknown): MagpieError {
  return new MagpieError(
    "MGP_LOG_CORRUPT",
    `the store ${path} is damaged: ${detail}. Put back a copy of the whole directory, or move it away and produce its inputs again`,
    { cause },
  );
}
