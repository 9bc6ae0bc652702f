import { type Document, visit } from "yaml";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import { pathFromAncestors } from "./yaml-source.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface Expansion {
  readonly path: Path;
  readonly name: string;
  readonly value: string;
}

/**
 * Replaces `${VAR}` in the strings of a document (not in keys) by the variable's value, in place; `$${VAR}` stands for
 * the text `${VAR}`. Gives a finding for every variable that is not set.
 */
export function expandEnv(
  document: Document,
  env: Env,
): { readonly expansions: readonly Expansion[]; readonly findings: readonly Finding[] } {
  const expansions: Expansion[] = [];
  const findings: Finding[] = [];
  visit(document, {
    Scalar(key, scalar, ancestors) {
      if (key === "key" || typeof scalar.value !== "string") return;
      const path = pathFromAncestors(ancestors, scalar);
      scalar.value = scalar.value.replace(
        /(\$?)\$\{([A-Za-z_]\w*)\}/g,
        (text, dollar: string, name: string) => {
          if (dollar !== "") return text.slice(1);
          const value = Object.hasOwn(env, name) ? env[name] : undefined;
          if (value === undefined) findings.push(missing(path, name));
          else expansions.push({ path, name, value });
          return value ?? text;
        },
      );
    },
  });
  return { expansions, findings };
}

/**
 * Puts `${VAR}` back for every value a text got from a variable: what a variable holds is never printed. Values of one or
 * two characters are left, they cannot be secrets and would garble the text.
 */
export function redact(text: string, expansions: readonly Expansion[]): string {
  let redacted = text;
  for (const { name, value } of [...expansions].sort((a, b) => b.value.length - a.value.length)) {
    if (value.length < 3) continue;
    redacted = redacted.replaceAll(value, `\${${name}}`);
    redacted = redacted.replaceAll(JSON.stringify(value).slice(1, -1), `\${${name}}`);
  }
  return redacted;
}

function missing(path: Path, name: string): Finding {
  return {
    path,
    at: "value",
    message: `the environment variable ${name} is not set`,
    hint: `set it, or write $\${${name}} for the text itself`,
  };
}
