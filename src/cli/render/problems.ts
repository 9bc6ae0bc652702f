import { formatProblem, type Problem } from "../../config/problem.ts";
import { countOf } from "./numbers.ts";
import type { Style } from "./style.ts";

/** Every problem of a configuration on its line, then how many there are. */
export function renderProblems(problems: readonly Problem[], style: Style): readonly string[] {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  const counts = [
    ...(errors > 0 ? [style.red(countOf(errors, "error"))] : []),
    ...(warnings > 0 ? [style.yellow(countOf(warnings, "warning"))] : []),
  ];
  return [
    ...problems.map((problem) => `${label(problem, style)} ${formatProblem(problem)}`),
    counts.length === 0 ? style.green("no problems") : counts.join(", "),
  ];
}

function label(problem: Problem, style: Style): string {
  return problem.severity === "error" ? style.red("error  ") : style.yellow("warning");
}
