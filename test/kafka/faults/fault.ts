import type { CrashPoint } from "../../../src/log/kafka/crash-probe.ts";

/** What a child is told; passed to it as JSON. */
export interface ChildOptions {
  /** Its name in the trace. */
  readonly member: string;
  /** The file it appends its trace to. */
  readonly trace: string;
  readonly fault: Fault;
}

/** What a faulty child does wrong, and when. */
export interface Fault {
  /** At the n-th passage of a labelled point, from 1, the process sends itself a signal. */
  readonly at?: {
    readonly label: CrashPoint;
    readonly hit: number;
    readonly signal: "SIGKILL" | "SIGSTOP";
    /** Passages before SIGUSR2 came do not count. */
    readonly whenArmed?: boolean;
    /** Only passages in commits of this segment count, `pipeline/segment`. */
    readonly segment?: string;
  };
  /** It takes every task of every segment for its own, whatever the group says. */
  readonly ownsAll?: boolean;
  readonly mutant?: Mutant;
}

/** Ways of breaking exactly-once that the suite must notice; `mutants.ts` says what each does. */
export type Mutant =
  | "stock-filter"
  | "joint-sends"
  | "sends-at-once"
  | "late-fence"
  | "group-offset"
  | "kept-producer";
