import { existsSync, readFileSync } from "node:fs";

/** The folder of this package, with a slash at the end: the sources and the build lie at different depths in it. */
export function packageRoot(): URL {
  let folder = new URL("./", import.meta.url);
  while (!existsSync(new URL("package.json", folder))) {
    const parent = new URL("../", folder);
    if (parent.href === folder.href)
      throw new Error("magpie-stream is not complete: its package.json is missing");
    folder = parent;
  }
  return folder;
}

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", packageRoot()), "utf8"));
  return (manifest as { readonly version: string }).version;
}
