import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML text that still knows where everything stands. */
export interface YamlSource {
  readonly document: Document;
  /** Mistakes of the YAML itself. */
  readonly findings: readonly (Finding & Place)[];
  /** False when the text is too broken to look at what it says. */
  readonly readable: boolean;
  /** The place of what is at `path`, else of the closest thing above it that exists. */
  locate(path: Path, at: "key" | "value"): Place;
}

type MapPair = Pair<Node, Node | null>;

export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const findings: (Finding & Place)[] = [...tellable(document.errors), ...document.warnings].map((error) => ({
    ...findingOf(error, document, text),
    ...placeAt(error.pos[0]),
  }));
  const aliases = brokenAliases(document);
  for (const { offset, message } of aliases) {
    findings.push({ path: [], at: "value", message, ...placeAt(offset) });
  }
  return {
    document,
    findings,
    readable: document.errors.every((error) => error.code === "DUPLICATE_KEY") && aliases.length === 0,
    locate: (path, at) => placeAt(offsetOf(document, path, at)),
  };
}

/** The keys and indices that lead to a scalar, from the ancestors `visit` gives. */
export function pathFromAncestors(ancestors: readonly unknown[], node: unknown): Path {
  const path: (string | number)[] = [];
  [...ancestors, node].forEach((ancestor, index, all) => {
    if (isSeq(ancestor)) path.push(ancestor.items.indexOf(all[index + 1] ?? null));
    if (isMap(ancestor)) path.push(keyText((all[index + 1] as MapPair | undefined)?.key));
  });
  return path;
}

/** The first error of the syntax makes nonsense of all that follows it, so that later ones would only mislead. */
function tellable(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.findIndex((error) => error.code !== "DUPLICATE_KEY" && error.code !== "TAB_AS_INDENT");
  return first === -1 ? errors : errors.slice(0, first + 1);
}

function findingOf(error: YAMLError, document: Document, text: string): Finding {
  const common = { path: [], at: "value" as const };
  if (error.code === "DUPLICATE_KEY") {
    const key = JSON.stringify(keyAt(document, error.pos[0]));
    return { ...common, message: `the key ${key} is given twice in one mapping` };
  }
  const finding = { ...common, message: `this is not valid YAML: ${error.message}` };
  if (error.name === "YAMLWarning") return { ...finding, severity: "warning" };
  if (error.code === "TAB_AS_INDENT") return { ...finding, hint: "indent with spaces" };
  if (text[error.pos[0]] === "{" && text[error.pos[0] - 1] === "$")
    return { ...finding, hint: `between { } and [ ] a text with \${VAR} must be quoted: "\${VAR}"` };
  return finding;
}

function keyAt(document: Document, offset: number): string | undefined {
  let found: string | undefined;
  visit(document, {
    Pair(_, pair) {
      const key = pair.key as Node | null;
      if (key?.range?.[0] !== offset) return undefined;
      found = keyText(key);
      return visit.BREAK;
    },
  });
  return found;
}

function brokenAliases(document: Document): readonly { offset: number; message: string }[] {
  const broken: { offset: number; message: string }[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined) broken.push({ offset, message: `there is no anchor &${alias.source} above` });
      else if (ancestors.includes(target))
        broken.push({ offset, message: `*${alias.source} contains itself` });
    },
  });
  return broken;
}

function offsetOf(document: Document, path: Path, at: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item.key) === String(part)) as MapPair | undefined;
      if (pair === undefined) return offset;
      offset = startOf(pair.key);
      node = pair.value;
      const isLast = depth === path.length - 1;
      if (isLast && at === "value" && isScalar(node) && node.value !== null) return startOf(node);
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) return offset;
      offset = startOf(item);
      node = item;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}
