import { MagpieError } from "../core/errors.ts";
import { formatPath, type Path } from "./path.ts";

/** One thing that is wrong with a configuration, and where. */
export interface Problem {
  /** A configuration with an error is refused; a warning is only told by `lint`. */
  readonly severity: "error" | "warning";
  /** As it was given. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Such as `pipelines.instructions.stages[1].use`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to do, such as `did you mean "minhash-dedup"?`. */
  readonly hint?: string;
}

/** `file:line:column path: message; hint`. */
export function formatProblem(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const what = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`;
  return problem.path === "" ? `${where} ${what}` : `${where} ${problem.path}: ${what}`;
}

/** A refused configuration: MGP_CONFIG_INVALID with every mistake found, in the order of the file. */
export class ConfigError extends MagpieError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("MGP_CONFIG_INVALID", problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** A problem as a check finds it, before it is given a place in a file. */
export interface Finding {
  readonly path: Path;
  /** Whether the key itself is wrong or what stands behind it. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly hint?: string;
  readonly severity?: "warning";
}

/** A finding about something given in code, where there is no file. */
export function formatFinding(finding: Finding): string {
  const what = finding.hint === undefined ? finding.message : `${finding.message}; ${finding.hint}`;
  return finding.path.length === 0 ? what : `${formatPath(finding.path)}: ${what}`;
}
