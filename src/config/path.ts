/** Keys and list indices from the root to a value. */
export type Path = readonly (string | number)[];

/** `pipelines.instructions.stages[1].use`; keys that are not plain words are quoted: `topics["instructions.raw"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** Whether `path` is `prefix` or lies under it. */
export function isWithin(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index]);
}
