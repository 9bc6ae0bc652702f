import { instantiateTextKernel } from "./text-kernel-instance.ts";
import type { Workbench } from "./workbench.ts";
import { WorkbenchInJavaScript } from "./workbench-in-javascript.ts";
import { WorkbenchInWasm } from "./workbench-in-wasm.ts";

/** With WebAssembly SIMD where the engine has it; the shingles are the same without. */
export function createWorkbench(): Workbench {
  const kernel = instantiateTextKernel();
  return kernel === undefined ? new WorkbenchInJavaScript() : new WorkbenchInWasm(kernel);
}
