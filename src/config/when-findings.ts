import {
  type Expression,
  formatPath,
  type Literal,
  type Operand,
  type Path,
  roots,
} from "../core/when/expression.ts";
import { didYouMean } from "./did-you-mean.ts";
import { type KnownValues, scalarTypeOf, type ValueType } from "./known-values.ts";

/** What is wrong, or doubtful, with a condition. */
export interface WhenFinding {
  readonly message: string;
  readonly hint?: string;
  readonly severity?: "warning";
}

const provenance: { readonly [field: string]: ValueType } = {
  created: { types: new Set(["number"]) },
  source: { types: new Set(["text"]) },
  sampler: { types: new Set(["text"]) },
  ticket: { types: new Set(["text"]) },
  variant: { types: new Set(["text"]) },
};

/** A tag may hold anything, and so may a measure that came with the record. */
const anything = "anything";

type Type = ValueType | typeof anything;

/**
 * Compares what a condition names with what records of the pipeline can have. A name close to a known one is a mistake; one that
 * nothing here gives may come with the records and is doubtful.
 */
export function whenFindings(expression: Expression, known: KnownValues): readonly WhenFinding[] {
  const findings: WhenFinding[] = [];
  new Check(known, (finding) => findings.push(finding)).expression(expression);
  return findings;
}

class Check {
  readonly #known: KnownValues;
  readonly #add: (finding: WhenFinding) => void;

  constructor(known: KnownValues, add: (finding: WhenFinding) => void) {
    this.#known = known;
    this.#add = add;
  }

  expression(expression: Expression): void {
    switch (expression.kind) {
      case "or":
      case "and":
        this.expression(expression.left);
        this.expression(expression.right);
        break;
      case "not":
        this.expression(expression.operand);
        break;
      case "holds":
        this.#holds(expression.operand);
        break;
      case "ordered":
        this.#isNumber(expression.left, expression.by);
        this.#isNumber(expression.right, expression.by);
        break;
      case "equal":
        this.#areComparable(expression.left, expression.right);
        break;
      case "in":
        for (const value of expression.values) this.#areComparable(expression.operand, value);
    }
  }

  #holds(operand: Operand): void {
    const type = this.#typeOf(operand);
    if (type === undefined || type === anything || type.types.has("boolean")) return;
    const hint = "compare it with something, as in `measures.length.words >= 10`";
    this.#add({ message: `${show(operand)} is ${nounsOf(type)}, not true or false`, hint });
  }

  #isNumber(operand: Operand, by: string): void {
    const type = this.#typeOf(operand);
    if (type === undefined || type === anything || type.types.has("number")) return;
    this.#add({ message: `${show(operand)} is ${nounsOf(type)}, and \`${by}\` compares numbers` });
  }

  #areComparable(left: Operand, right: Operand): void {
    const [a, b] = [this.#typeOf(left), this.#typeOf(right)];
    if (a === undefined || b === undefined) return;
    if (a !== anything && b !== anything && !overlap(a, b))
      this.#add({ message: `${show(left)} is ${nounsOf(a)}, and ${show(right)} ${nounsOf(b)}` });
    else {
      this.#isPossible(left, a, right);
      this.#isPossible(right, b, left);
    }
  }

  /** A text that a value never has makes a condition that never holds. */
  #isPossible(value: Operand, type: Type, literal: Operand): void {
    if (type === anything || type.words === undefined) return;
    if (literal.kind !== "literal" || typeof literal.value !== "string") return;
    if (type.words.includes(literal.value)) return;
    const hint = didYouMean(literal.value, type.words) ?? `it can be ${type.words.map(quote).join(", ")}`;
    this.#add({ message: `${show(value)} is never ${quote(literal.value)}`, hint });
  }

  /** Undefined when the operand is wrong in itself, which was told. */
  #typeOf(operand: Operand): Type | undefined {
    if (operand.kind === "literal") return typeOfLiteral(operand);
    switch (operand.root) {
      case "tags":
        return this.#tag(operand);
      case "measures":
        return this.#measure(operand);
      case "provenance":
        return this.#provenance(operand);
      default:
        this.#add({
          message: `there is no \`${operand.root}\``,
          hint:
            didYouMean(operand.root, roots) ??
            `a value begins with ${roots.map(code).join(", ")}; a text stands in quotes`,
        });
        return undefined;
    }
  }

  #tag(path: Path): Type | undefined {
    const [name] = path.keys;
    if (name === undefined || path.keys.length !== 1) return this.#misshapen(path, "`tags.NAME`");
    return this.#known.tags.has(name)
      ? anything
      : this.#unknown(`no stage gives the tag ${quote(name)}`, name, this.#known.tags);
  }

  #measure(path: Path): Type | undefined {
    const [stage, name] = path.keys;
    if (stage === undefined || name === undefined || path.keys.length !== 2)
      return this.#misshapen(path, "`measures.STAGE.NAME`");
    const measures = this.#known.measures.get(stage);
    if (measures === undefined)
      return this.#unknown(`there is no stage ${quote(stage)}`, stage, new Set(this.#known.measures.keys()));
    if (!measures.has(name)) {
      const hint = didYouMean(name, measures.keys()) ?? `it has ${[...measures.keys()].join(", ")}`;
      this.#add({ message: `the stage ${quote(stage)} has no measure ${quote(name)}`, hint });
      return undefined;
    }
    const type = measures.get(name);
    if (type === undefined)
      this.#add({ message: `${show(path)} is a list or a mapping, which nothing can be compared with` });
    return type;
  }

  #provenance(path: Path): Type | undefined {
    const [field] = path.keys;
    if (field === undefined || path.keys.length !== 1) return this.#misshapen(path, "`provenance.FIELD`");
    if (Object.hasOwn(provenance, field)) return provenance[field];
    const fields = Object.keys(provenance);
    this.#add({
      message: `provenance has no ${quote(field)}`,
      hint: didYouMean(field, fields) ?? `it has ${fields.join(", ")}`,
    });
    return undefined;
  }

  #misshapen(path: Path, shape: string): undefined {
    this.#add({ message: `${show(path)} names nothing`, hint: `write ${shape}` });
    return undefined;
  }

  #unknown(message: string, name: string, names: ReadonlySet<string>): Type | undefined {
    const meant = didYouMean(name, names);
    if (meant !== undefined) {
      this.#add({ message, hint: meant });
      return undefined;
    }
    this.#add({ message, hint: "records that do not come with it count as null", severity: "warning" });
    return anything;
  }
}

function typeOfLiteral({ value }: Literal): ValueType {
  return { types: new Set([scalarTypeOf(value)]) };
}

/** Any value may be missing, so comparing with null makes sense for all. */
function overlap(a: ValueType, b: ValueType): boolean {
  return isOnlyNull(a) || isOnlyNull(b) || [...a.types].some((type) => b.types.has(type));
}

function isOnlyNull({ types }: ValueType): boolean {
  return types.size === 1 && types.has("null");
}

const nouns = { number: "a number", text: "a text", boolean: "true or false", null: "null" } as const;

function nounsOf({ types }: ValueType): string {
  const named = [...types].filter((type) => type !== "null" || types.size === 1);
  return named.map((type) => nouns[type]).join(" or ");
}

function show(operand: Operand): string {
  return operand.kind === "path" ? code(formatPath(operand)) : JSON.stringify(operand.value);
}

function code(text: string): string {
  return `\`${text}\``;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
