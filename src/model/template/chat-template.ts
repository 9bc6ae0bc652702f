import { Template } from "@huggingface/jinja";
import { MagpieError, messageOf } from "../../core/errors.ts";
import type { Message, Prompts } from "../../core/model.ts";
import type { ChatFormat } from "./chat-format.ts";
import { strftime } from "./strftime.ts";

/** Stands where the user's text goes, so that it is seen what comes before it. Templates may trim it, but do not change it. */
const sentinel = "MAGPIE-USER-TEXT-53b1f0c2";

/** The engine brings a `strftime_now` of its own, with the real clock, and lets nobody but a template replace it. */
const fixClock = new Template("{% set strftime_now = magpie_strftime %}").parsed.body;

/** A model's own chat template: the exact prompts for its next turn, special tokens as text. */
export class ChatTemplate implements Prompts {
  readonly #format: ChatFormat;
  readonly #template: Template;
  readonly #date: Date;

  /** `date` is what a template that writes today's date is given: prompts must not change overnight. Throws MGP_MODEL_TEMPLATE. */
  constructor(format: ChatFormat, date: Date) {
    this.#format = format;
    this.#date = date;
    try {
      this.#template = new Template(format.template);
      this.#template.parsed.body.unshift(...fixClock);
    } catch (cause) {
      throw this.#error(`cannot be parsed: ${messageOf(cause)}`, cause);
    }
  }

  /**
   * All that stands left of the user's next text, after the turns so far. Without any it is the pre-query template, with the
   * system block that the template brings by itself; a system turn takes its place.
   *
   * Throws MGP_MODEL_TEMPLATE when the template refuses or leaves out one of these turns, as some do with system turns.
   */
  beforeUser(turns: readonly Message[] = []): string {
    const text = this.#render([...turns, { role: "user", content: sentinel }]);
    const cut = text.lastIndexOf(sentinel);
    if (cut < 0) throw this.#error("leaves out the user's text");
    this.#assertWhole(text, turns);
    return text.slice(0, cut);
  }

  /** All that stands left of the assistant's next text. Throws as {@link beforeUser} does. */
  beforeAssistant(turns: readonly Message[]): string {
    const text = this.#render(turns);
    this.#assertWhole(text, turns);
    return text;
  }

  #assertWhole(text: string, turns: readonly Message[]): void {
    for (const { role, content } of turns)
      if (!text.includes(content.trim())) throw this.#error(`leaves out the text of the ${role} turn`);
  }

  #render(messages: readonly Message[]): string {
    const { bosToken = "", eosToken = "", addBos } = this.#format;
    let text: string;
    try {
      text = this.#template.render({
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: true,
        bos_token: bosToken,
        eos_token: eosToken,
        magpie_strftime: (format: string) => strftime(this.#date, format),
      });
    } catch (cause) {
      const roles = messages.map(({ role }) => role).join(", ");
      throw this.#error(`cannot render the turns ${roles}: ${messageOf(cause)}`, cause);
    }
    // Prompts are sent as they are, without the token that the tokenizer would add, so it must be in the text, and once.
    return addBos === true && !text.startsWith(bosToken) ? bosToken + text : text;
  }

  #error(what: string, cause?: unknown): MagpieError {
    return new MagpieError("MGP_MODEL_TEMPLATE", `the chat template of ${this.#format.origin} ${what}`, {
      cause,
    });
  }
}
