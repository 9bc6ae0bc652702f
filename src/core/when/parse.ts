import { type Expression, type Literal, type Operand, orderings } from "./expression.ts";

/** A condition that cannot be read. */
export class WhenError extends Error {
  override readonly name = "WhenError";
  /** Index of the character it is about, from 0. */
  readonly at: number;
  /** What to write instead. */
  readonly hint: string | undefined;

  constructor(message: string, at: number, hint?: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}

interface Token {
  readonly kind: "word" | "number" | "text" | "sign" | "end";
  /** As written. */
  readonly text: string;
  readonly at: number;
}

/** Deeper than anyone writes, and far from where the stack ends. */
const deepest = 64;

const pattern =
  /\s*(?:(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_][\w-]*)|(?<text>"(?:[^"\\]|\\["'\\])*"|'(?:[^'\\]|\\["'\\])*')|(?<sign>==|!=|<=|>=|<|>|[().,[\]]))/y;

const strangers: { readonly [sign: string]: string } = {
  "=": "write `==`",
  "&": "write `and`",
  "|": "write `or`",
  "!": "write `not`, or `!=`",
};

/**
 * Reads a condition:
 *
 * ```
 * condition  = all { "or" all }
 * all        = one { "and" one }
 * one        = "not" one | "(" condition ")" | operand [ comparison ]
 * comparison = ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand | [ "not" ] "in" "[" literal { "," literal } "]"
 * operand    = literal | path
 * path       = word { "." word | "[" text "]" }
 * literal    = text | number | "true" | "false" | "null"
 * ```
 *
 * Texts stand in single or double quotes. Throws a {@link WhenError}.
 */
export function parseWhen(source: string): Expression {
  return new Parser(tokensOf(source)).parse();
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = source.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) throw unreadable(source, from);
    const groups = match.groups!;
    const kind = (["number", "word", "text", "sign"] as const).find((name) => groups[name] !== undefined)!;
    const text = groups[kind]!;
    tokens.push({ kind, text, at: from + match[0].length - text.length });
  }
  return [...tokens, { kind: "end", text: "", at: end }];
}

function unreadable(source: string, from: number): WhenError {
  const at = from + /^\s*/.exec(source.slice(from))![0].length;
  const sign = source[at]!;
  if (sign === '"' || sign === "'") return new WhenError(`the text that begins with ${sign} has no end`, at);
  return new WhenError(`${JSON.stringify(sign)} has no meaning here`, at, strangers[sign]);
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#either();
    const rest = this.#token;
    if (rest.kind !== "end") throw expected("`and`, `or` or the end", rest);
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #takes(text: string): boolean {
    const { kind, text: found } = this.#token;
    if (found !== text || (kind !== "word" && kind !== "sign")) return false;
    this.#next++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw expected(`\`${sign}\``, this.#token);
  }

  #either(): Expression {
    let left = this.#all();
    while (this.#takes("or")) left = { kind: "or", left, right: this.#all() };
    return left;
  }

  #all(): Expression {
    let left = this.#one();
    while (this.#takes("and")) left = { kind: "and", left, right: this.#one() };
    return left;
  }

  #one(): Expression {
    if (++this.#depth > deepest) throw new WhenError("the condition is nested too deeply", this.#token.at);
    try {
      if (this.#takes("not")) return { kind: "not", operand: this.#one() };
      if (!this.#takes("(")) return this.#comparison();
      const inner = this.#either();
      this.#expect(")");
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #comparison(): Expression {
    const left = this.#operand();
    if (this.#takes("==")) return { kind: "equal", left, right: this.#operand() };
    if (this.#takes("!=")) return { kind: "not", operand: { kind: "equal", left, right: this.#operand() } };
    const by = orderings.find((sign) => this.#takes(sign));
    if (by !== undefined) return { kind: "ordered", by, left, right: this.#operand() };
    if (this.#takes("in")) return { kind: "in", operand: left, values: this.#values() };
    if (this.#takes("not")) {
      this.#expect("in");
      return { kind: "not", operand: { kind: "in", operand: left, values: this.#values() } };
    }
    return { kind: "holds", operand: left };
  }

  #values(): readonly Literal[] {
    this.#expect("[");
    const values: Literal[] = [];
    do values.push(this.#literal());
    while (this.#takes(","));
    this.#expect("]");
    return values;
  }

  #literal(): Literal {
    const token = this.#token;
    const operand = this.#operand();
    if (operand.kind !== "literal") throw expected("a text in quotes, a number, true, false or null", token);
    return operand;
  }

  #operand(): Operand {
    const token = this.#take();
    if (token.kind === "number") return { kind: "literal", value: Number(token.text) };
    if (token.kind === "text") return { kind: "literal", value: unquoted(token.text) };
    if (token.kind !== "word" || isReserved(token.text))
      throw expected("a value such as `tags.language`, a text in quotes or a number", token);
    if (token.text === "true" || token.text === "false")
      return { kind: "literal", value: token.text === "true" };
    if (token.text === "null") return { kind: "literal", value: null };
    return { kind: "path", root: token.text, keys: this.#keys() };
  }

  #keys(): readonly string[] {
    const keys: string[] = [];
    for (;;) {
      if (this.#takes(".")) {
        const key = this.#take();
        if (key.kind !== "word")
          throw expected("a name", key, 'a name with other signs stands in brackets: ["…"]');
        keys.push(key.text);
      } else if (this.#takes("[")) {
        const key = this.#take();
        if (key.kind !== "text") throw expected("a name in quotes", key);
        keys.push(unquoted(key.text));
        this.#expect("]");
      } else return keys;
    }
  }
}

function isReserved(word: string): boolean {
  return word === "and" || word === "or" || word === "not" || word === "in";
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(["'\\])/g, "$1");
}

function expected(what: string, { kind, text, at }: Token, hint?: string): WhenError {
  const got = kind === "end" ? "the end" : `\`${text}\``;
  return new WhenError(`expected ${what}, got ${got}`, at, hint);
}
