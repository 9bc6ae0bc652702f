import type { Measures, Turn } from "../record.ts";

export type DraftTurn = { -readonly [K in keyof Turn]: Turn[K] };

export interface DraftCandidate {
  turns: DraftTurn[];
  measures?: Measures;
}

/** The conversation of a record while its row is read. */
export interface Draft {
  turns: DraftTurn[];
  candidates?: DraftCandidate[];
}
