/** From now on this process takes its engine for one without WebAssembly SIMD: signatures are made with typed arrays. */
export function withoutSimd(): void {
  Object.assign(Reflect.get(globalThis, "WebAssembly") as object, { validate: () => false });
}
