import { Type } from "typebox";
import { decodeHolder, encodeHolder } from "../../src/core/holder-entry.ts";
import { defineStateful } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { closed } from "../../src/core/schema.ts";
import { textOf, turnsOf } from "../../src/core/text.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import { fingerprint, normalise } from "./fingerprint.ts";

type By = "instruction" | "response" | "conversation" | "id";

/** First byte of a state key: what was compared. */
const kinds = { instruction: 0x69, response: 0x72, conversation: 0x63, id: 0x64 } as const;

const nothing = new Uint8Array(0);

/**
 * The first record with a text holds it; later ones are duplicates of that holder and never become holders themselves.
 * State per holder: a 17-byte key and its position and id, some 60 bytes in all.
 */
export default defineStateful({
  meta: {
    name: "exact-dedup",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Drops records whose text was already seen, after Unicode composition (NFC) and with white space collapsed. A record without the text is kept and not remembered.",
    config: closed({
      by: Type.Union(
        [
          Type.Literal("instruction"),
          Type.Literal("response"),
          Type.Literal("conversation"),
          Type.Literal("id"),
        ],
        {
          default: "instruction",
          description:
            "What is compared: the first user turn, the last assistant turn, all user and assistant turns with their roles, or the record's id (as it is).",
        },
      ),
      caseSensitive: Type.Boolean({
        default: true,
        description: "Whether texts that differ in upper and lower case only are different. Ids always are.",
      }),
    }),
    measures: closed({
      holder: Type.Union([Type.String(), Type.Null()], {
        description: "Position and id of the record that already holds the text; null when this one does.",
      }),
    }),
    reasons: {
      duplicate_instruction: "The instruction is the same as that of {ref}.",
      duplicate_response: "The response is the same as that of {ref}.",
      duplicate_conversation: "The conversation is the same as {ref}.",
      duplicate_id: "The id is already used by {ref}.",
    },
    examples: [
      {
        title: "The first of equal instructions is kept; white space makes no difference, case does",
        records: [
          { id: "a", instruction: "What is entropy?" },
          { id: "b", instruction: "  What is\n entropy? " },
          { id: "c", instruction: "What is ENTROPY?" },
          { id: "no text", conversations: [{ from: "gpt", value: "Hello." }] },
        ],
        outcomes: [
          { keep: true, measures: { holder: null } },
          { keep: false, reasons: ["duplicate_instruction"] },
          { keep: true },
          { keep: true, measures: { holder: null } },
        ],
      },
      {
        title: "Equal answers to different questions",
        with: { by: "response", caseSensitive: false },
        records: [
          { id: "a", instruction: "May I?", response: "I cannot help with that." },
          { id: "b", instruction: "Please?", response: "I CANNOT help with that." },
        ],
        outcomes: [{ keep: true }, { keep: false, reasons: ["duplicate_response"] }],
      },
      {
        title: "A conversation is the same when all of its turns are",
        with: { by: "conversation" },
        records: [
          { id: "a", instruction: "Hi", response: "Hello" },
          { id: "b", instruction: "Hi", response: "Good day" },
          { id: "c", instruction: "Hi", response: "Hello" },
        ],
        outcomes: [{ keep: true }, { keep: true }, { keep: false, reasons: ["duplicate_conversation"] }],
      },
      {
        title: "Ids that restart in every file",
        with: { by: "id" },
        records: [
          { id: "0", instruction: "What is entropy?" },
          { id: "0", instruction: "What is enthalpy?" },
        ],
        outcomes: [{ keep: true }, { keep: false, reasons: ["duplicate_id"] }],
      },
    ],
  },
  fingerprint: ({ by, caseSensitive }) => (by === "id" ? { by } : { by, caseSensitive }),
  decide({ holder }, { by }) {
    return holder === null ? keep : drop({ code: `duplicate_${by}` as const, ref: holder });
  },
  setup({ by, caseSensitive }) {
    return {
      prepare: (batch) =>
        batch.map((record) => {
          const text = comparedText(record, by, caseSensitive);
          return text === undefined ? nothing : fingerprint(kinds[by], text);
        }),
      admit(key, record, at, state) {
        if (key.length === 0) return { holder: null };
        const entry = state.get(key);
        if (entry !== undefined) {
          const holder = decodeHolder(entry);
          if (holder.original !== at.original) return { holder: holder.ref };
        }
        state.put(key, encodeHolder(at, record.id));
        return { holder: null };
      },
    };
  },
});

function comparedText(record: MagpieRecord, by: By, caseSensitive: boolean): string | undefined {
  if (by === "id") return record.id;
  if (by !== "conversation") {
    const text = textOf(record, by);
    return text === undefined ? undefined : normalise(text, caseSensitive);
  }
  const turns = turnsOf(record, by);
  if (turns.length === 0) return undefined;
  return turns.map((turn) => framed(turn.role, normalise(turn.content, caseSensitive))).join("");
}

/** With its length, so that no text can look like the beginning of a further turn. */
function framed(role: string, text: string): string {
  return `${role} ${text.length}\n${text}\n`;
}
