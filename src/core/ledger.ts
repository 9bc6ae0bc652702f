/** Tokens that models read and generated. */
export interface TokenCount {
  readonly prompt: number;
  readonly completion: number;
}

/** What one stage did with the records that reached it: in = kept + dropped + quarantined. */
export interface StageLedger {
  readonly id: string;
  readonly in: number;
  readonly kept: number;
  readonly dropped: number;
  readonly quarantined: number;
  readonly reasons: { readonly [code: string]: number };
  /** Drops whose holder a later stage dropped or quarantined: no record of that content was curated from it. */
  readonly orphaned: number;
  /** Of the turns it generated, also where they were had before and not paid again; left out where it generated none. */
  readonly tokens?: TokenCount;
  /** Milliseconds that models worked on those turns, as their engines saw it; journaled with the answers, so that a replay counts the same. */
  readonly modelMs?: number;
}

/**
 * The conservation account of one task or pipeline, over all its commits: received + resumed = curated + rejected + quarantined +
 * forwarded.
 */
export interface Ledger {
  readonly received: number;
  readonly curated: number;
  /** Further topics that curated records went to: the curated topics hold curated + copies records. */
  readonly copies: number;
  readonly rejected: number;
  /** Includes records no reader understood, which reached no stage. */
  readonly quarantined: number;
  /** Records handed to the next segment, and taken over from the one before; both 0 where a pipeline is one segment. */
  readonly forwarded: number;
  readonly resumed: number;
  readonly stages: readonly StageLedger[];
}

export function emptyStage(id: string): StageLedger {
  return { id, in: 0, kept: 0, dropped: 0, quarantined: 0, reasons: {}, orphaned: 0 };
}

export function emptyLedger(stages: readonly string[]): Ledger {
  return {
    received: 0,
    curated: 0,
    copies: 0,
    rejected: 0,
    quarantined: 0,
    forwarded: 0,
    resumed: 0,
    stages: stages.map(emptyStage),
  };
}

/** The sum of two accounts. Stages are matched by id; those only one side knows are kept, `a`'s order first. */
export function addLedgers(a: Ledger, b: Ledger): Ledger {
  const stages = a.stages.map((stage) => {
    const other = b.stages.find((candidate) => candidate.id === stage.id);
    return other === undefined ? stage : addStages(stage, other);
  });
  const added = b.stages.filter((stage) => !a.stages.some((known) => known.id === stage.id));
  return {
    received: a.received + b.received,
    curated: a.curated + b.curated,
    copies: a.copies + b.copies,
    rejected: a.rejected + b.rejected,
    quarantined: a.quarantined + b.quarantined,
    forwarded: a.forwarded + b.forwarded,
    resumed: a.resumed + b.resumed,
    stages: [...stages, ...added],
  };
}

function addStages(a: StageLedger, b: StageLedger): StageLedger {
  const reasons = new Map(Object.entries(a.reasons));
  for (const [code, count] of Object.entries(b.reasons)) reasons.set(code, (reasons.get(code) ?? 0) + count);
  return {
    id: a.id,
    in: a.in + b.in,
    kept: a.kept + b.kept,
    dropped: a.dropped + b.dropped,
    quarantined: a.quarantined + b.quarantined,
    reasons: Object.fromEntries(reasons),
    orphaned: a.orphaned + b.orphaned,
    ...(a.tokens === undefined && b.tokens === undefined ? {} : { tokens: addTokens(a.tokens, b.tokens) }),
    ...(a.modelMs === undefined && b.modelMs === undefined
      ? {}
      : { modelMs: (a.modelMs ?? 0) + (b.modelMs ?? 0) }),
  };
}

export const noTokens: TokenCount = { prompt: 0, completion: 0 };

export function addTokens(a: TokenCount = noTokens, b: TokenCount = noTokens): TokenCount {
  return { prompt: a.prompt + b.prompt, completion: a.completion + b.completion };
}

/** Of all stages. */
export function tokensOf({ stages }: Pick<Ledger, "stages">): TokenCount {
  return stages.map(({ tokens }) => tokens ?? noTokens).reduce(addTokens, noTokens);
}

/** Of all stages; undefined where no engine measured any. */
export function modelMsIn({ stages }: Pick<Ledger, "stages">): number | undefined {
  const measured = stages.flatMap(({ modelMs }) => modelMs ?? []);
  return measured.length === 0 ? undefined : measured.reduce((sum, ms) => sum + ms, 0);
}

/** What is wrong with an account that has nothing in flight; empty when it balances. */
export function imbalances(ledger: Ledger): readonly string[] {
  const problems: string[] = [];
  const into = ledger.received + ledger.resumed;
  const out = ledger.curated + ledger.rejected + ledger.quarantined + ledger.forwarded;
  if (into !== out)
    problems.push(
      `received ${ledger.received} + resumed ${ledger.resumed} = ${into}, but curated ${ledger.curated} + rejected ${ledger.rejected} + quarantined ${ledger.quarantined} + forwarded ${ledger.forwarded} = ${out}`,
    );
  for (const stage of ledger.stages) {
    const total = stage.kept + stage.dropped + stage.quarantined;
    if (stage.in !== total)
      problems.push(
        `stage ${stage.id}: in ${stage.in}, but kept ${stage.kept} + dropped ${stage.dropped} + quarantined ${stage.quarantined} = ${total}`,
      );
  }
  return problems;
}
