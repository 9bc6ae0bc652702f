import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** A fenced block of a document. */
export interface Block {
  /** `docs/plugins.md #2`. */
  readonly name: string;
  readonly text: string;
}

/** The blocks of the README and of docs/*.md in a language. */
export function blocksIn(language: string): readonly Block[] {
  const documents = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];
  return documents
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) => {
      const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
      const texts = [...readFileSync(join(root, path), "utf8").matchAll(fence)].map((match) => match[1]!);
      return texts.map((text, index) => ({ name: `${path} #${index + 1}`, text }));
    });
}

/** The blocks of one document in a language. */
export function blocksOf(path: string, language: string): readonly string[] {
  return blocksIn(language)
    .filter((block) => block.name.startsWith(`${path} #`))
    .map((block) => block.text);
}
