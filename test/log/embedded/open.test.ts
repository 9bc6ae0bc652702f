import { mkdir, open, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open as openLmdb } from "lmdb";
import { describe, expect, it } from "vitest";
import { openEmbeddedLog } from "../../../src/log/embedded/open-embedded-log.ts";
import { message, scanAll, texts } from "../contract/harness.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const openAt = (path: string, type = 0xef53) =>
  openEmbeddedLog({ path, sync: "background", now: () => 0, statfs: async () => type });

async function storeWith(path: string, contents: readonly string[]): Promise<string> {
  const log = await openAt(path);
  await log.append("t", contents.map(message));
  await log.close();
  return join(path, "data.mdb");
}

describe("opening an embedded log", () => {
  it(
    "makes the directory, also one with a dot in its name",
    inTemporaryDirectory(async (path) => {
      const store = join(path, "a", "b.magpie");
      await storeWith(store, ["a"]);
      const log = await openAt(store);
      expect(texts(await scanAll(log, "t"))).toEqual(["a"]);
      await log.close();
    }),
  );

  it(
    "is refused on a file and below a file",
    inTemporaryDirectory(async (path) => {
      const file = join(path, "file");
      await writeFile(file, "");
      await expect(openAt(file)).rejects.toMatchObject({ code: "MGP_LOG_UNAVAILABLE" });
      await expect(openAt(join(file, "below"))).rejects.toMatchObject({ code: "MGP_LOG_UNAVAILABLE" });
    }),
  );

  it.each([
    ["NFS", 0x6969],
    ["CIFS", 0xff534d42],
    ["CIFS", 0xff534d42 | 0],
    ["SMB2", 0xfe534d42],
    ["9p", 0x01021997],
    ["Ceph", 0x00c36400],
    ["Lustre", 0x0bd00bd0],
    ["GFS2", 0x01161970],
    ["OCFS2", 0x7461636f],
    ["AFS", 0x5346414f],
  ])("is refused on %s", (name, type) =>
    inTemporaryDirectory(async (path) => {
      await expect(openAt(path, type)).rejects.toMatchObject({
        code: "MGP_LOG_NETWORK_FS",
        message: expect.stringContaining(`lies on ${name},`),
      });
    })(),
  );

  it(
    "is refused when the data file was cut short",
    inTemporaryDirectory(async (path) => {
      const file = await storeWith(path, ["a".repeat(100_000)]);
      const { length } = await readFile(file);
      for (const left of [length - 1, length >> 1, 10_000, 4096, 100]) {
        await truncate(file, left);
        await expect(openAt(path)).rejects.toMatchObject({ code: "MGP_LOG_CORRUPT" });
      }
    }),
  );

  it(
    "is refused when the data file is something else",
    inTemporaryDirectory(async (path) => {
      await writeFile(join(path, "data.mdb"), "x".repeat(100_000));
      await expect(openAt(path)).rejects.toMatchObject({ code: "MGP_LOG_CORRUPT" });
    }),
  );

  it(
    "makes a new store where a process died before it wrote anything",
    inTemporaryDirectory(async (path) => {
      await writeFile(join(path, "data.mdb"), "");
      await storeWith(path, ["a"]);
    }),
  );

  it(
    "is refused when a newer version wrote the store, and leaves it as it is",
    inTemporaryDirectory(async (path) => {
      await storeWith(path, ["a"]);
      const lmdb = openLmdb<Buffer, Buffer>({ path, keyEncoding: "binary", encoding: "binary" });
      const meta = lmdb.openDB<Buffer, Buffer>({ name: "meta", keyEncoding: "binary", encoding: "binary" });
      await meta.put(Buffer.from("version"), Buffer.from("999"));
      await lmdb.close();
      for (let i = 0; i < 2; i++)
        await expect(openAt(path)).rejects.toMatchObject({
          code: "MGP_LOG_VERSION",
          message: expect.stringContaining("format 999"),
        });
    }),
  );

  it(
    "shares the store between logs of one process, until the last is closed",
    inTemporaryDirectory(async (path) => {
      await mkdir(path, { recursive: true });
      const [first, second] = await Promise.all([openAt(path), openAt(path)]);
      await first.append("t", [message("a")]);
      await first.close();
      await first.close();
      await second.append("t", [message("b")]);
      const closing = second.close();
      const third = await openAt(path);
      await closing;
      expect(texts(await scanAll(third, "t"))).toEqual(["a", "b"]);
      await third.close();
    }),
  );
});

describe("a damaged batch", () => {
  it(
    "is reported by the scan that meets it",
    inTemporaryDirectory(async (path) => {
      const file = await storeWith(path, ["needle".repeat(2000), "b"]);
      const at = (await readFile(file)).indexOf("needleneedle");
      const handle = await open(file, "r+");
      await handle.write("N", at);
      await handle.close();
      const log = await openAt(path);
      await expect(scanAll(log, "t")).rejects.toMatchObject({
        code: "MGP_LOG_CORRUPT",
        message: expect.stringContaining("topic t, batch at sequence 0"),
      });
      await log.close();
    }),
  );
});
