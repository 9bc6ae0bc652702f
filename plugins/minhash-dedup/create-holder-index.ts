import { BandIndex } from "./band-index.ts";
import { BandIndexInWasm } from "./band-index-in-wasm.ts";
import { bytesPerKey } from "./band-table.ts";
import type { HolderIndex } from "./holder-index.ts";

/** Less than a WebAssembly memory may have: growing takes a table more than the tables. */
const mostWasmBytes = 3.5 * 2 ** 30;

/** Of WebAssembly where the engine has it and its memory may hold so many records; what is found is the same without. */
export function createHolderIndex(bands: number, records: number): HolderIndex {
  const fits = records * bands * bytesPerKey <= mostWasmBytes;
  return (fits ? BandIndexInWasm.create(bands) : undefined) ?? new BandIndex(bands);
}
