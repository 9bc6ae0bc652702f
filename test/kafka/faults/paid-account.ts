import { partitionFor } from "../../../src/log/partition-for.ts";
import { answerName } from "../../../src/runtime/once.ts";
import { paidConcurrency } from "../../crash/configuration.ts";
import type { Asked } from "../../crash/remote-server.ts";
import { segmentPath, type TraceEvent } from "./trace.ts";

const grader = { name: "paid-grade", version: "1.0.0" };

/** Milliseconds until all processes have seen what one of them has journaled, on a busy machine. */
const knownMs = 2_000;

export interface PaidReport {
  readonly calls: number;
  /** Questions that a run without faults asks. */
  readonly needed: number;
  /** Calls whose answer was not journaled when their task was lost. */
  readonly inFlight: number;
  readonly refused: number;
  readonly problems: readonly string[];
}

/** What was asked, and what its askers did. */
export interface PaidFacts {
  readonly asked: ReadonlyMap<string, Asked>;
  readonly needed: number;
  /** Of all processes, in order. */
  readonly events: readonly TraceEvent[];
  /** The segment that pays, and its number of tasks. */
  readonly paying: string;
  readonly width: number;
}

/**
 * What was paid against what may be paid: one call for every question, one for every question in flight when its task went to
 * another owner, one for every call that was refused.
 */
export function paidAccount({ asked, needed, events, paying, width }: PaidFacts): PaidReport {
  const journaled = new Map<string, number>();
  for (const { event, answer, at } of events)
    if (event === "journaled" && !journaled.has(answer!)) journaled.set(answer!, at);
  const questions = [...asked.values()].map((each) => ({
    ...each,
    task: `${paying}/${partitionFor(String(each.key.sample), width)}`,
    journaledAt: journaled.get(answerName(grader, each.key)) ?? Number.POSITIVE_INFINITY,
  }));
  const inFlight = losses(events.filter(({ task }) => segmentPath(task) === paying)).reduce((sum, loss) => {
    const open = questions.filter(
      ({ task, paidAt, journaledAt }) =>
        task === loss.task && journaledAt > loss.at && paidAt.some((paid) => paid <= loss.noticedAt),
    );
    // Until it notices, who lost a task may ask once more with every call it can have under way.
    const most = loss.noticedAt > loss.at ? 2 * paidConcurrency : paidConcurrency;
    return sum + Math.min(open.length, most);
  }, 0);
  const calls = questions.reduce((sum, question) => sum + question.calls, 0);
  const refused = questions.reduce((sum, question) => sum + question.refused, 0);
  const allowed = needed + inFlight + refused;
  const problems: string[] = [];
  if (calls > allowed)
    problems.push(
      `${calls} calls were paid, but only ${allowed} may be: ${needed} questions, ${inFlight} in flight when a task was lost, ${refused} refused`,
    );
  const again = questions.filter(({ journaledAt, paidAt }) =>
    paidAt.some((paid) => paid > journaledAt + knownMs),
  );
  if (again.length > 0)
    problems.push(
      `${again.length} answers were bought after they had been journaled, such as ${again[0]!.key.sample}`,
    );
  return { calls, needed, inFlight, refused, problems };
}

interface Loss {
  readonly task: string;
  /** When the next owner had it. */
  readonly at: number;
  /** When the former owner had given it up: later, where that one lived on. */
  readonly noticedAt: number;
}

/** Of tasks that went from one owner to the next. */
function losses(events: readonly TraceEvent[]): readonly Loss[] {
  const owners = new Map<string, string>();
  return events.flatMap(({ event, task, member, at }, i) => {
    if (event !== "opened") return [];
    const former = owners.get(task);
    owners.set(task, member);
    if (former === undefined) return [];
    const closed = events.find(
      (later, j) => j > i && later.event === "closed" && later.task === task && later.member === former,
    );
    return [{ task, at, noticedAt: former === member ? at : (closed?.at ?? at) }];
  });
}
