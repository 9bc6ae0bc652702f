import { MagpieError, messageOf } from "../../core/errors.ts";

/** The optional peer that runs models in this process. Throws MGP_MODEL_ENGINE_MISSING. */
export async function loadNodeLlamaCpp(): Promise<typeof import("node-llama-cpp")> {
  try {
    return await import("node-llama-cpp");
  } catch (cause) {
    throw new MagpieError(
      "MGP_MODEL_ENGINE_MISSING",
      `models in this process need node-llama-cpp (${messageOf(cause)}): npm install node-llama-cpp@3`,
      { cause },
    );
  }
}
