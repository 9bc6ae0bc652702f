import { readFile, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { sha256Hex } from "../core/sha256.ts";

/** A word of a command that may be a file: one that begins with `./`, `../` or `/`. */
interface Named {
  readonly index: number;
  readonly word: string;
  /** Absolute. */
  readonly path: string;
}

/** The words of a command that look like files, whether they are there or not. */
export function pathsIn(command: readonly string[], folder: string): readonly Named[] {
  return command.flatMap((word, index) =>
    /^\.{1,2}\//.test(word) || isAbsolute(word) ? [{ index, word, path: resolve(folder, word) }] : [],
  );
}

/** sha256 of the files that a command names, with their names; undefined when it names none that is there. */
export async function hashOfFiles(command: readonly string[], folder: string): Promise<string | undefined> {
  const lines: string[] = [];
  for (const { word, path } of pathsIn(command, folder))
    if (await isFile(path)) lines.push(`${sha256Hex(await readFile(path))} ${word}\n`);
  return lines.length === 0 ? undefined : sha256Hex(lines.join(""));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
