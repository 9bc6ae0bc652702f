import { Buffer } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { corruptError } from "./store-error.ts";

/** LMDB's stamp and the version of its file format. */
const magic = 0xbeefc0de;
const formatVersion = 2;

/*
 * Places in a meta page: a page header of 24 bytes, then MDB_meta (mdb.c of liblmdb): magic u32, version u32, address 8,
 * map size 8, two MDB_db of 48 bytes (the first begins with the page size), last page u64, transaction id u64.
 */
const metaBytes = 160;
const magicAt = 24;
const versionAt = 28;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;

/**
 * Compares the data file's own account of its length with its length. LMDB reads through a memory map, where a file cut
 * short ends the process with SIGBUS instead of an error. False when there is no store yet. Throws MGP_LOG_CORRUPT.
 */
export async function checkDataFile(path: string): Promise<boolean> {
  const file = await openIfExists(join(path, "data.mdb"));
  if (file === undefined) return false;
  try {
    // A process that died while it made the store leaves an empty file.
    if ((await file.stat()).size === 0) return false;
    const first = await readMeta(file, 0);
    if (first === undefined) throw corruptError(path, "data.mdb does not begin with a page of LMDB");
    const second = await readMeta(file, first.pageSize);
    if (second === undefined) throw corruptError(path, "the second page of data.mdb is not a page of LMDB");
    const latest = second.transaction > first.transaction ? second : first;
    // After the meta pages: another process may be writing, and the file only grows.
    const { size } = await file.stat();
    const expected = (latest.lastPage + 1) * first.pageSize;
    if (size < expected)
      throw corruptError(path, `data.mdb has ${size} bytes, but its content takes ${expected}`);
    return true;
  } finally {
    await file.close();
  }
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

async function readMeta(file: FileHandle, at: number): Promise<Meta | undefined> {
  const page = Buffer.alloc(metaBytes);
  const { bytesRead } = await file.read(page, 0, metaBytes, at);
  if (bytesRead < metaBytes || page.readUInt32LE(magicAt) !== magic) return undefined;
  if ((page.readUInt32LE(versionAt) & 0xffff) !== formatVersion) return undefined;
  return {
    pageSize: page.readUInt32LE(pageSizeAt),
    lastPage: Number(page.readBigUInt64LE(lastPageAt)),
    transaction: Number(page.readBigUInt64LE(transactionAt)),
  };
}

async function openIfExists(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
