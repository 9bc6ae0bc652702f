import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** A fenced block of a document. */
export interface Block {
  /** `docs/plugins.md #2`. */
  readonly name: string;
  readonly text: string;
  /** The file it is to be written to, where the fence names one. */
  readonly file?: string;
}

/** The blocks of the README and of docs/*.md in a language. */
export function blocksIn(language: string): readonly Block[] {
  const documents = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];
  return documents
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) => {
      const fence = new RegExp(`^\`\`\`${language}(?: (\\S+))?\\n(.*?)^\`\`\`$`, "gms");
      const matches = [...readFileSync(join(root, path), "utf8").matchAll(fence)];
      return matches.map(([, file, text], index) => ({
        name: `${path} #${index + 1}`,
        text: text!,
        ...(file === undefined ? {} : { file }),
      }));
    });
}

/** The blocks of one document in a language. */
export function blocksOf(path: string, language: string): readonly string[] {
  return blocksIn(language)
    .filter((block) => block.name.startsWith(`${path} #`))
    .map((block) => block.text);
}
