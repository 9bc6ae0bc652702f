import { Compile } from "typebox/compile";
import { type MagpieRecord, RecordSchema, TurnSchema } from "../../core/record.ts";

const turnValidator = Compile(TurnSchema);

const members: ReadonlyMap<string, { Check(value: unknown): boolean }> = new Map(
  Object.entries(RecordSchema.properties).map(([name, schema]) => [name, Compile(schema)]),
);

const required: readonly string[] = RecordSchema.required;

/**
 * Whether what a transform made of `input` is a record, by the schema. Members and turns that are the input's own, which
 * is most of them, were checked before and are not checked again.
 */
export function isRecord(result: unknown, input: MagpieRecord): result is MagpieRecord {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return false;
  const made = result as { readonly [member: string]: unknown };
  const known = input as unknown as { readonly [member: string]: unknown };
  for (const name of required) if (made[name] === undefined) return false;
  for (const name of Object.getOwnPropertyNames(made)) {
    const validator = members.get(name);
    if (validator === undefined) return false;
    const value = made[name];
    if (value === undefined || value === known[name]) continue;
    if (name === "turns" ? !areTurns(value, input) : !validator.Check(value)) return false;
  }
  return true;
}

function areTurns(turns: unknown, input: MagpieRecord): boolean {
  return (
    Array.isArray(turns) && turns.every((turn) => input.turns.includes(turn) || turnValidator.Check(turn))
  );
}
