import { join } from "node:path";

/** A file in a model's repository on the Hugging Face hub. */
export interface HubFile {
  /** Such as `bartowski/SmolLM2-1.7B-Instruct-GGUF`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  readonly path: string;
}

export const hubFileForm = "hf:OWNER/REPOSITORY/FILE.gguf, or hf:OWNER/REPOSITORY@REVISION/FILE.gguf";

/** Neither empty nor a step up. */
const segment = /^(?!\.{1,2}$)[\w.-]+$/;

/** Whether a name says that it means a file on the hub. */
export function isHubName(name: string): boolean {
  return name.startsWith("hf:");
}

/** The file that a name such as `hf:owner/repository@main/file.gguf` means; undefined for what is none. */
export function parseHubFile(name: string): HubFile | undefined {
  const [owner = "", repository = "", ...path] = name.slice("hf:".length).split("/");
  const [repositoryName = "", revision = "main", ...more] = repository.split("@");
  const parts = [owner, repositoryName, revision, ...path];
  const isWhole = isHubName(name) && path.length > 0 && more.length === 0;
  if (!isWhole || !parts.every((part) => segment.test(part)) || !/\.gguf$/i.test(name)) return undefined;
  return { repository: `${owner}/${repositoryName}`, revision, path: path.join("/") };
}

/** Where such a file lies once it is fetched. */
export function hubFileIn(cache: string, { repository, revision, path }: HubFile): string {
  return join(cache, "hub", repository, revision, path);
}
