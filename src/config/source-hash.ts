import { readFile, stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { sha256Hex } from "../core/sha256.ts";

const importPattern =
  /(?:\bfrom|\bimport|\brequire|\bimport\s*\(|\brequire\s*\()\s*(["'])(\.{1,2}\/[^"'\n]+)\1/g;

/**
 * Names what a local plugin does: the sha256 of its bytes, or, when it imports files by relative paths, of the list of
 * all these files with their hashes. What it imports from packages does not count.
 */
export async function sourceHash(path: string): Promise<string> {
  const hashes = new Map<string, string>();
  await collect(path, hashes);
  if (hashes.size === 1) return hashes.get(path)!;
  const folder = dirname(path);
  const lines = [...hashes].map(
    ([file, hash]) => `${hash} ${relative(folder, file).replaceAll("\\", "/")}\n`,
  );
  return sha256Hex(lines.sort().join(""));
}

async function collect(path: string, hashes: Map<string, string>): Promise<void> {
  const bytes = await readFile(path);
  hashes.set(path, sha256Hex(bytes));
  for (const match of bytes.toString("utf8").matchAll(importPattern)) {
    const imported = await existing(resolve(dirname(path), match[2]!));
    if (imported !== undefined && !hashes.has(imported)) await collect(imported, hashes);
  }
}

/** The file an import means: as written, with an extension added, or with `.ts` for a written `.js`. */
async function existing(path: string): Promise<string | undefined> {
  const stem = path.replace(/\.[cm]?js$/, "");
  const extensions = [".ts", ".mts", ".js", ".mjs", ".cjs", ".json"];
  for (const candidate of [path, ...extensions.map((e) => path + e), `${stem}.ts`, `${stem}.mts`]) {
    const isFile = await stat(candidate).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return candidate;
  }
  return undefined;
}
