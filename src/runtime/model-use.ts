import { modelMsOf } from "../core/ask-model.ts";
import type { StageLedger } from "../core/ledger.ts";
import type { Generation, MagpieRecord } from "../core/record.ts";

/** What models did for a record. */
export type ModelUse = Required<Pick<StageLedger, "tokens">> & Pick<StageLedger, "modelMs">;

/**
 * For the turns and candidates that a stage added to a record; undefined when it generated none. A turn that was rewritten, or went through
 * another thread, is another object with what was said of its generation before.
 */
export function modelUseOf(result: MagpieRecord, input: MagpieRecord): ModelUse | undefined {
  if (result === input) return undefined;
  const all = generationsOf(result);
  if (all.length === 0) return undefined;
  const known = new Set(generationsOf(input).map((generation) => JSON.stringify(generation)));
  const generated = all.filter((generation) => !known.has(JSON.stringify(generation)));
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

function generationsOf({ turns, candidates = [] }: MagpieRecord): readonly Generation[] {
  const everyTurn = [...turns, ...candidates.flatMap((candidate) => candidate.turns)];
  return everyTurn.flatMap(({ generation }) => (generation === undefined ? [] : [generation]));
}
