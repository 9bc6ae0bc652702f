import { isMapping, memberOf } from "./mapping.ts";
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

  const pipelines = memberOf(data, "pipelines");
  for (const name of isMapping(pipelines) ? Object.keys(pipelines) : []) {
    const pipeline = memberOf(pipelines, name);
    const path = ["pipelines", name];
    const stages = memberOf(pipeline, "stages");
    for (const [index, stage] of (Array.isArray(stages) ? stages : []).entries()) {
      const stagePath = [...path, "stages", index];
      if (memberOf(stage, "exec") !== undefined)
        add(
          [...stagePath, "exec"],
          "key",
          '"exec"',
          "use a plugin written in TypeScript or JavaScript",
          stagePath,
        );
    }
  }
  return found;
}
