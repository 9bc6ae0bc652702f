import { modelMsOf } from "../core/ask-model.ts";
import type { StageLedger } from "../core/ledger.ts";
import type { MagpieRecord, Turn } from "../core/record.ts";

/** What models did for a record. */
export type ModelUse = Required<Pick<StageLedger, "tokens">> & Pick<StageLedger, "modelMs">;

/** For the turns and candidates that a stage added to a record; undefined when it generated none. */
export function modelUseOf(result: MagpieRecord, input: MagpieRecord): ModelUse | undefined {
  if (result === input) return undefined;
  const known = new Set<Turn>(input.turns);
  const added = result.turns.filter((turn) => !known.has(turn));
  if (result.candidates !== undefined && result.candidates !== input.candidates)
    added.push(...result.candidates.flatMap(({ turns }) => turns));
  const generated = added.flatMap(({ generation }) => (generation === undefined ? [] : [generation]));
  if (generated.length === 0) return undefined;
  const measured = generated.flatMap((generation) => modelMsOf(generation) ?? []);
  return {
    tokens: {
      prompt: generated.reduce((sum, { promptTokens = 0 }) => sum + promptTokens, 0),
      completion: generated.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0),
    },
    ...(measured.length === 0 ? {} : { modelMs: measured.reduce((sum, ms) => sum + ms, 0) }),
  };
}
