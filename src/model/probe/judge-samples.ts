import type { Completion } from "../../core/model.ts";

export interface ProbeReport {
  readonly samples: number;
  /** Shares in [0, 1] of the samples. */
  readonly ended: number;
  readonly empty: number;
  readonly fragments: number;
  readonly leaked: number;
  /** Mean of the tokens generated. */
  readonly meanTokens: number;
  /** Language code → samples, most frequent first. */
  readonly languages: Readonly<Record<string, number>>;
  /** What is wrong and what to change; empty when the prompt passes. */
  readonly findings: readonly string[];
}

export interface Probed {
  readonly prompt: string;
  /** The token that begins a text, where the model has one. */
  readonly bosToken: string | undefined;
  readonly completions: readonly Completion[];
  /** Language code of each completion; undefined for what has none. */
  readonly languages: readonly (string | undefined)[];
}

/** Least share that must end by itself. */
const leastEnded = 0.75;
const mostEmpty = 0.1;
const mostFragments = 0.35;
const mostLeaked = 0.15;

/** Says, from samples of a pre-query template, whether a model writes user queries with it. */
export function judgeSamples({ prompt, bosToken, completions, languages }: Probed): ProbeReport {
  const share = (is: (completion: Completion) => boolean) =>
    completions.filter(is).length / completions.length;
  const ended = share(({ finishReason }) => finishReason === "stop");
  const empty = share(({ text }) => text.trim() === "");
  const fragments = share(({ text }) => isFragment(text));
  const leaked = share(({ text }) => isLeaked(text));
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  const findings: string[] = [];
  if (bosToken !== undefined && prompt.startsWith(bosToken + bosToken))
    findings.push(`the prompt begins with ${bosToken} twice; leave one out`);
  if (ended < leastEnded)
    findings.push(
      `only ${percent(ended)} end by themselves: use the model's own chat template with its system block, an aligned model, or a lower temperature`,
    );
  if (empty > mostEmpty)
    findings.push(
      `${percent(empty)} are empty: the prompt lacks something after the user's header, such as a newline`,
    );
  if (fragments > mostFragments)
    findings.push(
      `${percent(fragments)} begin in the middle of a sentence: the system block is missing, or not the model's own`,
    );
  if (leaked > mostLeaked)
    findings.push(`${percent(leaked)} go on as the assistant: add its header to the stops`);
  return {
    samples: completions.length,
    ended,
    empty,
    fragments,
    leaked,
    meanTokens: completions.reduce((sum, each) => sum + each.completionTokens, 0) / completions.length,
    languages: tally(languages),
    findings,
  };
}

/** A query starts with a capital, a digit, a quotation or a script without capitals. */
function isFragment(text: string): boolean {
  return /^[\p{Ll},.;:!?)\]}]/u.test(text.trim());
}

/** A header that is not a special token here, or a second voice in the same text. */
function isLeaked(text: string): boolean {
  return /<\|?[a-z_]+\|?>|\[\/?INST\]|^\s*(assistant|user|system|ai|human)\s*(:|$)/im.test(text);
}

function tally(languages: readonly (string | undefined)[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const language of languages)
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
