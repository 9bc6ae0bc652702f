import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { TSchema } from "typebox";
import { didYouMean } from "./did-you-mean.ts";
import { expectationOf, type SchemaWords, showValue, wordsOf } from "./expectation.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";

const options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  // Schemas carry annotations of ours, and plugins may use formats no validator is installed for.
  strict: false,
  validateFormats: false,
  logger: false,
} as const;

/** Throws an Error when `schema`, which a plugin brought, is not a valid JSON Schema. */
export function assertSchema(schema: TSchema): void {
  new Ajv2020(options).validateSchema(schema, true);
  compileSchema(schema);
}

const compiled = new WeakMap<TSchema, ValidateFunction>();

function compileSchema(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // Without the meta-schema, which would cost more to compile than all of our schemas together.
  const ajv = new Ajv2020({ ...options, meta: false, validateSchema: false });
  const validator = ajv.compile(schema);
  compiled.set(schema, validator);
  return validator;
}

/** Fills defaults in (in place) and gives every way in which a value breaks its schema, in words. */
export function validate(schema: TSchema, data: unknown): readonly Finding[] {
  const validator = compileSchema(schema);
  if (validator(data)) return [];
  const errors = validator.errors ?? [];
  const findings = relevant(errors).map((error) => findingOf(error, data));
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = JSON.stringify([finding.path, finding.message]);
    return seen.has(key) ? false : seen.add(key);
  });
}

/**
 * Of a failed alternative: the mistakes within the branches the value was meant for (its type is theirs), else the
 * alternative as a whole.
 */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const alternatives = errors.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  const ownersOf = (error: ErrorObject) =>
    alternatives.filter(
      (owner) =>
        error.schemaPath.startsWith(`${owner.schemaPath}/`) &&
        error.instancePath.startsWith(owner.instancePath),
    );
  const isMeant = (error: ErrorObject, owner: ErrorObject) =>
    !errors.some(
      (other) =>
        ["type", "const", "enum"].includes(other.keyword) &&
        other.instancePath === owner.instancePath &&
        branchOf(other, owner) === branchOf(error, owner),
    );
  return errors.filter((error) => {
    if (error.schemaPath.includes("/propertyNames/")) return false;
    const isTold = ownersOf(error).every((owner) => isMeant(error, owner));
    if (!alternatives.includes(error)) return isTold;
    return isTold && !errors.some((other) => ownersOf(other).includes(error) && isMeant(other, error));
  });
}

/** Which branch of an alternative an error is about; undefined when it is not about this alternative. */
function branchOf(error: ErrorObject, owner: ErrorObject): string | undefined {
  const prefix = `${owner.schemaPath}/`;
  return error.schemaPath.startsWith(prefix)
    ? error.schemaPath.slice(prefix.length).split("/")[0]
    : undefined;
}

function findingOf(error: ErrorObject, data: unknown): Finding {
  const path = pathOf(error.instancePath, data);
  const schema = error.parentSchema as SchemaWords & { properties?: { [key: string]: unknown } };
  switch (error.keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownKey(path, keyOf(error), Object.keys(schema.properties ?? {}));
    case "propertyNames": {
      const words = error.schema as SchemaWords;
      const message = `${JSON.stringify(keyOf(error))} cannot be used here, expected ${expectationOf(words)}`;
      return { path: [...path, keyOf(error)], at: "key", message };
    }
    case "required":
      return { path: [...path, keyOf(error)], at: "value", message: "this key is missing" };
    case "uniqueItems": {
      const items = error.data as readonly unknown[];
      const { i, j } = error.params as { i: number; j: number };
      const message = `${showValue(items[i])} is listed twice`;
      return { path: [...path, Math.max(i, j)], at: "value", message };
    }
    default:
      return wrongValue(path, error.data, schema);
  }
}

function unknownKey(path: Path, key: string, known: readonly string[]): Finding {
  const hint =
    didYouMean(key, known) ??
    (known.length === 0 ? "no keys are known here" : `known keys: ${known.join(", ")}`);
  return { path: [...path, key], at: "key", message: `there is no key ${JSON.stringify(key)} here`, hint };
}

function wrongValue(path: Path, value: unknown, schema: SchemaWords): Finding {
  const message = `expected ${expectationOf(schema)}, got ${showValue(value)}`;
  const hint = typeof value === "string" ? didYouMean(value, wordsOf(schema)) : undefined;
  return { path, at: "value", message, ...(hint === undefined ? {} : { hint }) };
}

function keyOf(error: ErrorObject): string {
  const { additionalProperty, unevaluatedProperty, propertyName, missingProperty } = error.params as {
    [name: string]: string | undefined;
  };
  return additionalProperty ?? unevaluatedProperty ?? propertyName ?? missingProperty ?? "";
}

function pathOf(pointer: string, data: unknown): Path {
  const path: (string | number)[] = [];
  let value = data;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as { readonly [key: string]: unknown })[key];
  }
  return path;
}
