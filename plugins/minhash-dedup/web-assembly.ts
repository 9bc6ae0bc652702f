/** What is used of it: TypeScript knows WebAssembly only together with all of the browser. */
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: unknown };
    }
  | undefined;

/** The memory of an instance. Another buffer takes the place of this one, and empties its views, when the memory grows. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

const modules = new Map<string, object>();

/** A new instance of a module with a memory of its own; undefined where the engine does not have what the module uses. */
export function instantiate(base64: string): unknown {
  if (typeof WebAssembly === "undefined") return undefined;
  let module = modules.get(base64);
  if (module === undefined) {
    const bytes = Buffer.from(base64, "base64");
    if (!WebAssembly.validate(bytes)) return undefined;
    module = new WebAssembly.Module(bytes);
    modules.set(base64, module);
  }
  return new WebAssembly.Instance(module).exports;
}
