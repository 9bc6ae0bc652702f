import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MagpieError, messageOf } from "../../core/errors.ts";
import type { ChatFormat } from "./chat-format.ts";

/** A token as text, or with how it is matched. */
type SpecialToken = string | { readonly content: string } | null;

interface TokenizerConfig {
  /** One template, or several by purpose. */
  readonly chat_template?: string | readonly { readonly name: string; readonly template: string }[];
  readonly bos_token?: SpecialToken;
  readonly eos_token?: SpecialToken;
  readonly add_bos_token?: boolean;
}

/**
 * The chat format in a `tokenizer_config.json`; newer models keep the template beside it, in `chat_template.jinja`, which
 * then counts. Throws MGP_MODEL_NOT_FOUND, MGP_MODEL_DAMAGED and MGP_MODEL_TEMPLATE.
 */
export async function readTokenizerConfig(file: string): Promise<ChatFormat> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MagpieError("MGP_MODEL_NOT_FOUND", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const beside = await readFile(join(dirname(file), "chat_template.jinja"), "utf8").catch(() => undefined);
  return chatFormatOf(parse(file, text), file, beside);
}

function parse(file: string, text: string): TokenizerConfig {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MagpieError("MGP_MODEL_DAMAGED", `${file} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

function chatFormatOf(config: TokenizerConfig, origin: string, beside: string | undefined): ChatFormat {
  const own = config.chat_template;
  const template =
    beside ?? (typeof own === "string" ? own : own?.find(({ name }) => name === "default")?.template);
  if (template === undefined)
    throw new MagpieError(
      "MGP_MODEL_TEMPLATE",
      `${origin} has no chat template: a base model, or one whose template is kept elsewhere; use the aligned model`,
    );
  const bosToken = textOf(config.bos_token);
  const eosToken = textOf(config.eos_token);
  return {
    template,
    origin,
    ...(bosToken === undefined ? {} : { bosToken }),
    ...(eosToken === undefined ? {} : { eosToken }),
    ...(config.add_bos_token === undefined ? {} : { addBos: config.add_bos_token }),
  };
}

function textOf(token: SpecialToken | undefined): string | undefined {
  return typeof token === "string" ? token : (token?.content ?? undefined);
}
