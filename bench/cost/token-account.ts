import { addTokens, noTokens, type TokenCount } from "../../src/core/ledger.ts";
import type { CostRun, Paid } from "./cost-run.ts";

/** What the tokens of both orders come to, by their journals: sums over all tickets. */
export interface TokenAccount {
  readonly drawn: number;
  /** Instructions that the filters kept, so that they are answered where filters come first. */
  readonly kept: number;
  readonly instructions: TokenCount;
  readonly answersToKept: TokenCount;
  readonly answersToAll: TokenCount;
  /** Answers to kept instructions that are the same text in both orders. */
  readonly sameAnswers: number;
}

/** Throws where the two runs did not draw the same instructions, or were not asked what their order asks. */
export function tokenAccount(curatedFirst: CostRun, answeredFirst: CostRun): TokenAccount {
  const { tickets } = answeredFirst;
  const other = new Map(curatedFirst.tickets.map((ticket) => [ticket.id, ticket]));
  for (const { id, instruction } of tickets)
    if (other.get(id)?.instruction.text !== instruction.text)
      throw new Error(`${id} came to another instruction in the other order`);
  assertAnswered(curatedFirst);
  assertAnswered(answeredFirst);
  const sameAnswers = tickets.filter(({ id, answer }) => other.get(id)?.answer?.text === answer?.text).length;
  return {
    drawn: tickets.length,
    kept: curatedFirst.asked.length,
    instructions: sum(tickets.map(({ instruction }) => instruction)),
    answersToKept: sum(curatedFirst.tickets.map(({ answer }) => answer)),
    answersToAll: sum(tickets.map(({ answer }) => answer)),
    sameAnswers,
  };
}

/**
 * How the ledgers differ from i + p·r_kept and i + r_all, with i, r_kept and r_all the mean tokens of an instruction, of the answers to kept
 * instructions and of all answers: in whole tokens, over all instructions drawn. Nothing when they are equal to the token.
 */
export function ledgerProblems(
  account: TokenAccount,
  curatedFirst: CostRun,
  answeredFirst: CostRun,
): readonly string[] {
  return [
    ...differing(
      "curated first",
      curatedFirst.ledgerTokens,
      addTokens(account.instructions, account.answersToKept),
    ),
    ...differing(
      "answered first",
      answeredFirst.ledgerTokens,
      addTokens(account.instructions, account.answersToAll),
    ),
  ];
}

function differing(order: string, ledger: TokenCount, journal: TokenCount): readonly string[] {
  return (["prompt", "completion"] as const)
    .filter((kind) => ledger[kind] !== journal[kind])
    .map(
      (kind) =>
        `${order}: the ledger has ${ledger[kind]} ${kind} tokens, the journal's answers come to ${journal[kind]}`,
    );
}

function assertAnswered({ tickets, asked }: CostRun): void {
  const due = new Set(asked);
  for (const { id, answer } of tickets)
    if ((answer !== undefined) !== due.has(id))
      throw new Error(
        `${id} ${due.has(id) ? "has no answer in the journal" : "was answered, and no stage asked for it"}`,
      );
}

function sum(paid: readonly (Paid | undefined)[]): TokenCount {
  return paid.map((each) => each?.tokens ?? noTokens).reduce(addTokens, noTokens);
}
