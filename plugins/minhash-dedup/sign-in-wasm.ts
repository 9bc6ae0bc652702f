import type { Permutations } from "./permutations.ts";
import { signKernel } from "./sign-kernel.ts";
import type { Signer } from "./signer.ts";

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly sign: (
    permutations: number,
    a: number,
    b: number,
    shingles: number,
    count: number,
    signature: number,
  ) => void;
}

/** What is used of it: TypeScript knows WebAssembly only together with all of the browser. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Shingles copied into the kernel's memory at once. */
const atOnce = 8192;

/** Signs with WebAssembly SIMD. Undefined where the engine does not have it. */
export function createWasmSigner({ a, b }: Permutations): Signer | undefined {
  const module = compiled();
  if (module === undefined) return undefined;
  const { memory, sign } = new WebAssembly.Instance(module).exports as Kernel;
  // One after the other: a, b, the signature, the shingles.
  const words = new Uint32Array(memory.buffer);
  const length = a.length;
  words.set(a, 0);
  words.set(b, length);
  const signed = words.subarray(2 * length, 3 * length);
  const room = words.subarray(3 * length, 3 * length + atOnce);
  const addressOf = (index: number) => 4 * index;
  return {
    sign(shingles, count, signature) {
      signed.fill(0xffffffff);
      for (let start = 0; start < count; start += atOnce) {
        const end = Math.min(count, start + atOnce);
        room.set(shingles.subarray(start, end));
        sign(length, 0, addressOf(length), addressOf(3 * length), end - start, addressOf(2 * length));
      }
      signature.set(signed);
    },
  };
}

let kernel: object | undefined;

function compiled(): object | undefined {
  const bytes = Buffer.from(signKernel, "base64");
  if (kernel === undefined && WebAssembly.validate(bytes)) kernel = new WebAssembly.Module(bytes);
  return kernel;
}
