import { join } from "node:path";

/** The folder of models that the environment names: tests and benches need a real one, so that none is a failure. */
function modelsFolder(): string {
  const folder = process.env["MAGPIE_MODELS"];
  if (folder === undefined)
    throw new Error("set MAGPIE_MODELS to a folder that holds SmolLM2-135M-Instruct-Q4_1-GGUF");
  return folder;
}

export const smolLm2 = () =>
  join(modelsFolder(), "SmolLM2-135M-Instruct-Q4_1-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf");
