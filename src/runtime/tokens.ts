import type { TokenCount } from "../core/ledger.ts";
import type { MagpieRecord, Turn } from "../core/record.ts";

/** Tokens of the turns and candidates that a stage added to a record; undefined when it generated none. */
export function tokensAdded(result: MagpieRecord, input: MagpieRecord): TokenCount | undefined {
  if (result === input) return undefined;
  const known = new Set<Turn>(input.turns);
  const added = result.turns.filter((turn) => !known.has(turn));
  if (result.candidates !== undefined && result.candidates !== input.candidates)
    added.push(...result.candidates.flatMap(({ turns }) => turns));
  const generated = added.flatMap(({ generation }) => (generation === undefined ? [] : [generation]));
  if (generated.length === 0) return undefined;
  return {
    prompt: generated.reduce((sum, { promptTokens = 0 }) => sum + promptTokens, 0),
    completion: generated.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0),
  };
}
