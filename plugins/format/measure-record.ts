import type { MagpieRecord } from "../../src/core/record.ts";
import { countRoleHeaders, countSpecialTokens } from "../../src/core/special-tokens.ts";
import type { TextForm } from "./measure-text.ts";

/** The numbers `format` decides from. Each is of the worst turn that is there, or a count over all of them. */
export interface FormatMeasures {
  readonly instructions: number;
  readonly responses: number;
  readonly emptyInstructions: number;
  readonly emptyResponses: number;
  /** Null when there is no instruction that has text. */
  readonly instructionChars: number | null;
  readonly letterShare: number;
  readonly trailingColon: boolean;
  readonly truncatedTurns: number;
  readonly specialTokens: number;
  readonly roleHeaders: number;
  readonly brokenChars: number;
  readonly mixedScriptWords: number;
  readonly repetition: number;
}

/** The letter share of shorter instructions says nothing: `2+2=?` is fine. */
const minLetterShareChars = 20;

export function measureRecord(record: MagpieRecord, measureText: (text: string) => TextForm): FormatMeasures {
  let instructions = 0;
  let responses = 0;
  let emptyInstructions = 0;
  let emptyResponses = 0;
  let instructionChars: number | null = null;
  let letterShare = 1;
  let trailingColon = false;
  let truncatedTurns = 0;
  let specialTokens = 0;
  let roleHeaders = 0;
  let brokenChars = 0;
  let mixedScriptWords = 0;
  let repetition = 0;
  for (const turn of record.turns) {
    if (turn.role === "system") continue;
    const form = measureText(turn.content);
    if (turn.role === "user") {
      instructions++;
      if (form.chars === 0) emptyInstructions++;
      else instructionChars = Math.min(instructionChars ?? form.chars, form.chars);
      if (form.chars >= minLetterShareChars) letterShare = Math.min(letterShare, form.letterShare);
      trailingColon ||= endsWithColon(turn.content);
    } else {
      responses++;
      if (form.chars === 0) emptyResponses++;
    }
    if (turn.generation?.finishReason === "length") truncatedTurns++;
    specialTokens += countSpecialTokens(turn.content);
    roleHeaders += countRoleHeaders(turn.content);
    brokenChars += form.brokenChars;
    mixedScriptWords += form.mixedScriptWords;
    repetition = Math.max(repetition, form.repetition);
  }
  return {
    instructions,
    responses,
    emptyInstructions,
    emptyResponses,
    instructionChars,
    letterShare: rounded(letterShare),
    trailingColon,
    truncatedTurns,
    specialTokens,
    roleHeaders,
    brokenChars,
    mixedScriptWords,
    repetition: rounded(repetition),
  };
}

/** With either colon; bold marks and white space after it do not hide it. */
function endsWithColon(text: string): boolean {
  for (let i = text.length - 1; i >= 0; i--) {
    const unit = text[i]!;
    if (unit === ":" || unit === "：") return true;
    if (!/[\s*_]/.test(unit)) return false;
  }
  return false;
}

/** To three digits: enough to decide, short in every record. */
function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}
