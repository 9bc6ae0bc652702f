import { readFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

const folder = "plugins/minhash-dedup";

interface Kernel {
  /** In `kernel/`, without `.ts`. */
  readonly source: string;
  readonly file: string;
  readonly constant: string;
  readonly features: readonly string[];
}

const kernels: readonly Kernel[] = [
  { source: "text", file: "text-kernel.ts", constant: "textKernel", features: ["--enable", "simd"] },
  { source: "band-tables", file: "band-kernel.ts", constant: "bandKernel", features: ["--enable", "simd"] },
];

/** The AssemblyScript kernels of minhash-dedup, compiled. */
export async function generateMinhashKernel(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const kernel of kernels)
    files.set(`${folder}/${kernel.file}`, fileOf(kernel, (await compile(kernel)).toString("base64")));
  return files;
}

async function compile({ source, features }: Kernel): Promise<Buffer> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [`${source}.ts`, "--outFile", `${source}.wasm`, "-O3", "--runtime", "stub", "--noAssert", ...features],
    {
      readFile: (name) => readFile(`${folder}/kernel/${name}`, "utf8").catch(() => null),
      writeFile: (name, contents) => {
        if (name.endsWith(".wasm")) binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(
      `${folder}/kernel/${source}.ts does not compile: ${error?.message ?? ""}\n${stderr.toString()}`,
    );
  return Buffer.from(binary);
}

function fileOf({ source, constant }: Kernel, base64: string): string {
  const lines = base64.match(/.{1,100}/g) ?? [];
  return `// Generated from ${folder}/kernel/${source}.ts by \`npm run generate\`.

/** WebAssembly, base64. */
export const ${constant} =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
}
