import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { generateConfigDocs } from "./generate-config-docs.ts";
import { generateConfigSchema } from "./generate-config-schema.ts";
import { generateErrorDocs } from "./generate-error-docs.ts";
import { generateMetricDocs } from "./generate-metric-docs.ts";
import { generateMinhashKernel } from "./generate-minhash-kernel.ts";
import { generateMinhashVectors } from "./generate-minhash-vectors.ts";
import { generatePluginDocs } from "./generate-plugin-docs.ts";
import { generateSchemas } from "./generate-schemas.ts";

/** Each gives generated files by path from the repository's root; to generate more, add a function here. */
const generators: readonly (() => Map<string, string> | Promise<Map<string, string>>)[] = [
  generateSchemas,
  generateConfigSchema,
  generateConfigDocs,
  generateErrorDocs,
  generateMetricDocs,
  generatePluginDocs,
  generateMinhashKernel,
  generateMinhashVectors,
];

/**
 * Writes every generated file that is not as it should be. With `check` nothing is written. Returns the paths of those
 * files.
 */
async function generate(check: boolean): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const generator of generators) {
    for (const [path, content] of await generator()) {
      if ((await contentOf(path)) === content) continue;
      stale.push(path);
      if (check) continue;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }
  return stale;
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const check = process.argv.includes("--check");
const stale = await generate(check);
for (const path of stale) console.log(check ? `stale: ${path}` : `wrote ${path}`);
if (check && stale.length > 0) {
  console.log("Run `npm run generate` and commit the result.");
  process.exitCode = 1;
}
