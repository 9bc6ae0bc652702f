import { readFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

const source = "plugins/minhash-dedup/kernel/sign.ts";

/** plugins/minhash-dedup/sign-kernel.ts: the AssemblyScript kernel, compiled. */
export async function generateMinhashKernel(): Promise<Map<string, string>> {
  let binary: Uint8Array | undefined;
  const text = await readFile(source, "utf8");
  const { error, stderr } = await asc.main(
    [
      "sign.ts",
      "--outFile",
      "sign.wasm",
      "-O3",
      "--enable",
      "simd",
      "--runtime",
      "stub",
      "--noAssert",
      "--initialMemory",
      "2",
    ],
    {
      readFile: (name) => (name === "sign.ts" ? text : null),
      writeFile: (name, contents) => {
        if (name === "sign.wasm") binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`${source} does not compile: ${error?.message ?? ""}\n${stderr.toString()}`);
  const base64 = Buffer.from(binary).toString("base64");
  return new Map([["plugins/minhash-dedup/sign-kernel.ts", file(base64)]]);
}

function file(base64: string): string {
  const lines = base64.match(/.{1,100}/g) ?? [];
  return `// Generated from ${source} by \`npm run generate\`.

/** WebAssembly, base64. */
export const signKernel =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
}
