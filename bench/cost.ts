import { join } from "node:path";
import type { TokenCount } from "../src/core/ledger.ts";
import { runInChild } from "./child.ts";
import type { CostRun } from "./cost/cost-run.ts";
import { type Order, shippedAnswerTokens } from "./cost/orders.ts";
import { ledgerProblems, type TokenAccount, tokenAccount } from "./cost/token-account.ts";
import { printMachine } from "./machine.ts";
import { numberOptions } from "./options.ts";
import { formatWhole, table } from "./table.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/**
 * `npm run bench -- cost`: what an accepted record costs when instructions are curated before they are answered, as the shipped recipe does
 * it, against the paper's order, which answers everything and filters last: tokens, and CPU-seconds of a process that also runs the model.
 * The same tickets, so the same instructions, each order on a log of its own. The exit code is 1 when the ledger's tokens are not what the
 * journal's answers come to.
 */
export async function benchCost(args: readonly string[]): Promise<void> {
  const { samples, "answer-tokens": answerTokens } = numberOptions(args, {
    samples: 120,
    "answer-tokens": shippedAnswerTokens(),
  });
  printMachine();
  await withTemporaryFolder(async (parent) => {
    const run = (order: Order) => {
      console.log(`\n${formatWhole(samples)} instructions, ${order} …`);
      return runInChild("cost", {
        folder: join(parent, order.replace(" ", "-")),
        order,
        samples,
        answerTokens,
      });
    };
    const curatedFirst = await run("curated first");
    const answeredFirst = await run("answered first");
    report(curatedFirst, answeredFirst);
  });
}

function report(curatedFirst: CostRun, answeredFirst: CostRun): void {
  const account = tokenAccount(curatedFirst, answeredFirst);
  const row = (name: string, value: (run: CostRun) => number, digits = 0) => {
    const [ours, papers] = [value(curatedFirst), value(answeredFirst)];
    return [name, ours.toFixed(digits), papers.toFixed(digits), (ours / papers).toFixed(3)];
  };
  const each = (value: (run: CostRun) => number) => (run: CostRun) => value(run) / run.accepted.length;
  console.log(
    `\n${table(
      ["", "curated first", "answered first", "ratio"],
      [
        row("instructions drawn", ({ tickets }) => tickets.length),
        row("instructions answered", ({ asked }) => asked.length),
        row("records accepted", ({ accepted }) => accepted.length),
        row("tokens", ({ ledgerTokens }) => all(ledgerTokens)),
        row(
          "tokens an accepted record",
          each(({ ledgerTokens }) => all(ledgerTokens)),
        ),
        row(
          "of them generated",
          each(({ ledgerTokens }) => ledgerTokens.completion),
        ),
        row("CPU-seconds", ({ cpuMs }) => cpuMs / 1000, 1),
        row(
          "CPU-seconds an accepted record",
          each(({ cpuMs }) => cpuMs / 1000),
          2,
        ),
      ],
    )}`,
  );
  console.log(`\n${explained(account)}`);
  const problems = ledgerProblems(account, curatedFirst, answeredFirst);
  if (problems.length === 0) {
    console.log("The ledgers have these tokens, to the token.");
    return;
  }
  for (const problem of problems) console.error(`NOT EQUAL: ${problem}`);
  process.exitCode = 1;
}

/** The ratio from the parts it is made of. */
function explained({ drawn, kept, sameAnswers, ...tokens }: TokenAccount): string {
  const [instructions, toKept, toAll] = [
    all(tokens.instructions),
    all(tokens.answersToKept),
    all(tokens.answersToAll),
  ];
  const ratio = (instructions + toKept) / (instructions + toAll);
  return [
    `p = ${kept}/${drawn} = ${(kept / drawn).toFixed(3)} of the instructions were kept; tokens of an instruction i = ${instructions}/${drawn} = ${(instructions / drawn).toFixed(1)},`,
    `of an answer to a kept one r_kept = ${toKept}/${kept} = ${(toKept / kept).toFixed(1)}, to any r_all = ${toAll}/${drawn} = ${(toAll / drawn).toFixed(1)}:`,
    `(i + p·r_kept)/(i + r_all) = ${instructions + toKept}/${instructions + toAll} = ${ratio.toFixed(4)}.`,
    `${sameAnswers} of the ${kept} answers to kept instructions are the same text in both orders.`,
  ].join("\n");
}

function all({ prompt, completion }: TokenCount): number {
  return prompt + completion;
}
