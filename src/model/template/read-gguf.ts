import { access, open } from "node:fs/promises";
import { gguf } from "@huggingface/gguf";
import { MagpieError, messageOf } from "../../core/errors.ts";
import type { ChatFormat } from "./chat-format.ts";

/**
 * The chat format in the metadata of a GGUF file. Throws MGP_MODEL_NOT_FOUND, MGP_MODEL_DAMAGED when the file is not GGUF or
 * ends within its header, and MGP_MODEL_TEMPLATE.
 */
export async function readGguf(file: string): Promise<ChatFormat> {
  const metadata = await readMetadata(file);
  const template = metadata["tokenizer.chat_template"];
  if (typeof template !== "string")
    throw new MagpieError(
      "MGP_MODEL_TEMPLATE",
      `${file} has no chat template: a base model writes no user queries; use the file of an aligned model`,
    );
  const tokens = metadata["tokenizer.ggml.tokens"];
  const token = (key: string) => {
    const id = metadata[key];
    return Array.isArray(tokens) && typeof id === "number" ? String(tokens[id]) : undefined;
  };
  const bosToken = token("tokenizer.ggml.bos_token_id");
  const eosToken = token("tokenizer.ggml.eos_token_id");
  const addBos = metadata["tokenizer.ggml.add_bos_token"];
  return {
    template,
    origin: file,
    ...(bosToken === undefined ? {} : { bosToken }),
    ...(eosToken === undefined ? {} : { eosToken }),
    ...(typeof addBos === "boolean" ? { addBos } : {}),
  };
}

async function readMetadata(file: string): Promise<Readonly<Record<string, unknown>>> {
  await access(file).catch((cause: unknown) => {
    throw new MagpieError("MGP_MODEL_NOT_FOUND", `there is no model ${file}: ${messageOf(cause)}`, { cause });
  });
  try {
    await assertMagic(file);
    const { metadata } = await gguf(file, { allowLocalFile: true });
    assertComplete(metadata);
    return { ...metadata };
  } catch (cause) {
    throw new MagpieError(
      "MGP_MODEL_DAMAGED",
      `${file} is not a whole GGUF file (${messageOf(cause)}); fetch it again`,
      { cause },
    );
  }
}

/** The reader adds three entries of the header itself, and reads zeros behind the end of a file. */
function assertComplete(metadata: { readonly kv_count: bigint }): void {
  const entries = Object.keys(metadata).length - 3;
  const promised = Number(metadata.kv_count);
  if (entries !== promised) throw new Error(`its header promises ${promised} entries and has ${entries}`);
}

/** The reader takes paths by their ending; this tells a file of another format in plain words. */
async function assertMagic(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString("latin1", 0, bytesRead) !== "GGUF") throw new Error("it does not start with GGUF");
  } finally {
    await handle.close();
  }
}
