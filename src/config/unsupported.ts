import { isMapping } from "./mapping.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";

const notYet = "is not supported by this version of magpie-stream";

/**
 * Parts of the format that later versions have. Each is named as such, not as a mistake; what else is wrong within
 * `covers` is not reported, because it follows from it.
 */
export function findUnsupported(data: unknown): readonly (Finding & { readonly covers: Path })[] {
  const found: (Finding & { readonly covers: Path })[] = [];
  const add = (path: Path, at: "key" | "value", what: string, hint: string, covers = path) =>
    found.push({ path, at, message: `${what} ${notYet}`, hint, covers });

  for (const section of ["buffers"]) {
    if (isMapping(data) && Object.hasOwn(data, section))
      add([section], "key", JSON.stringify(section), "remove the section");
  }
  return found;
}
