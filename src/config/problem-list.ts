import { type Expansion, redact } from "./expand-env.ts";
import { formatPath, isWithin, type Path } from "./path.ts";
import type { Finding, Problem } from "./problem.ts";
import type { Place, YamlSource } from "./yaml-source.ts";

const longestQuote = 80;

/** Collects what is wrong with one file: gives every finding its place and keeps values of variables out of the texts. */
export class ProblemList {
  readonly #file: string;
  readonly #source: YamlSource;
  readonly #problems: Problem[] = [];
  readonly #errorPaths: Path[] = [];
  #expansions: readonly Expansion[] = [];

  constructor(file: string, source: YamlSource) {
    this.#file = file;
    this.#source = source;
    for (const finding of source.findings) this.#add(finding, finding);
  }

  /** From here on, values of these variables are shown as `${VAR}`. */
  hide(expansions: readonly Expansion[]): void {
    this.#expansions = expansions;
  }

  add(...findings: readonly Finding[]): void {
    for (const finding of findings) this.#add(finding, this.#source.locate(finding.path, finding.at));
  }

  /** Whether there is no error at `path` or under it. */
  isClean(path: Path): boolean {
    return !this.#errorPaths.some((error) => isWithin(error, path));
  }

  /** In the order of the file. */
  get problems(): readonly Problem[] {
    return [...this.#problems].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  get errors(): readonly Problem[] {
    return this.problems.filter((problem) => problem.severity === "error");
  }

  #add(finding: Finding, place: Place): void {
    const severity = finding.severity ?? "error";
    if (severity === "error") this.#errorPaths.push(finding.path);
    this.#problems.push({
      severity,
      file: this.#file,
      line: place.line,
      column: place.column,
      path: formatPath(finding.path),
      message: this.#text(finding.message),
      ...(finding.hint === undefined ? {} : { hint: this.#text(finding.hint) }),
    });
  }

  #text(text: string): string {
    return redact(text, this.#expansions).replace(/"(?:[^"\\]|\\.)*"/g, (quoted) =>
      quoted.length <= longestQuote ? quoted : `${quoted.slice(0, longestQuote)}…"`,
    );
  }
}
