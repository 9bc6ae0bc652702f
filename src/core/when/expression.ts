/** A value that a condition may name or compare with. */
export type Scalar = string | number | boolean | null;

export const roots = ["tags", "measures", "provenance"] as const;

export const orderings = ["<", "<=", ">", ">="] as const;

export type Ordering = (typeof orderings)[number];

export interface Literal {
  readonly kind: "literal";
  readonly value: Scalar;
}

/** Such as `tags.language` or `measures.near.jaccard`. */
export interface Path {
  readonly kind: "path";
  readonly root: string;
  readonly keys: readonly string[];
}

export type Operand = Literal | Path;

/** A condition as read. What it names is checked against the pipeline elsewhere. */
export type Expression =
  | { readonly kind: "or" | "and"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "equal"; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "ordered"; readonly by: Ordering; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly values: readonly Literal[] }
  | { readonly kind: "holds"; readonly operand: Operand };

/** A path as one writes it. */
export function formatPath({ root, keys }: Path): string {
  return keys.reduce(
    (text, key) => (/^[A-Za-z_][\w-]*$/.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`),
    root,
  );
}
