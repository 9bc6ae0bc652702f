import type { MagpieRecord } from "../../core/record.ts";

/** How records were sampled, and how many of those a pipeline received it has curated. */
export interface SettingCell {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly received: number;
  readonly curated: number;
}

export interface SamplerSettings {
  /** By temperature, then by top_p. */
  readonly cells: readonly SettingCell[];
  /** Records that do not say how they were sampled. */
  readonly unknown: { readonly received: number; readonly curated: number };
  /** Records with further settings than are told apart. */
  readonly others: { readonly received: number; readonly curated: number };
}

/** Settings that are told apart: a sampler has a handful, and a field of numbers drawn at random none worth a cell. */
const maxCells = 64;

interface Count {
  received: number;
  curated: number;
}

/** Counts records by the temperature and top_p of the first turn that says how it was generated. */
export class SettingsTally {
  readonly #cells = new Map<
    string,
    Count & { readonly temperature: number | null; readonly topP: number | null }
  >();
  readonly #unknown: Count = { received: 0, curated: 0 };
  readonly #others: Count = { received: 0, curated: 0 };

  /** @param part of the record, when it is met in several topics. */
  add(record: MagpieRecord, curated: boolean, part: number): void {
    const count = this.#countOf(record);
    count.received += part;
    if (curated) count.curated += part;
  }

  #countOf({ turns }: MagpieRecord): Count {
    const generation = turns.find(
      (turn) => turn.generation?.temperature !== undefined || turn.generation?.topP !== undefined,
    )?.generation;
    if (generation === undefined) return this.#unknown;
    const { temperature = null, topP = null } = generation;
    const key = `${temperature} ${topP}`;
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    if (this.#cells.size >= maxCells) return this.#others;
    const cell = { temperature, topP, received: 0, curated: 0 };
    this.#cells.set(key, cell);
    return cell;
  }

  result(): SamplerSettings {
    const order = (value: number | null) => value ?? -Infinity;
    const cells = [...this.#cells.values()]
      .map((cell) => ({ ...cell, ...whole(cell) }))
      .sort((a, b) => order(a.temperature) - order(b.temperature) || order(a.topP) - order(b.topP));
    return { cells, unknown: whole(this.#unknown), others: whole(this.#others) };
  }
}

/** Thirds of a record do not sum to exactly one. */
function whole({ received, curated }: Count): Count {
  return { received: Math.round(received), curated: Math.round(curated) };
}
