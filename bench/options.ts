import { parseArgs } from "node:util";

/** The value of `--records N`, an integer of at least 1. Throws on anything else. */
export function recordsOption(args: readonly string[], byDefault: number): number {
  const { values } = parseArgs({ args: [...args], options: { records: { type: "string" } } });
  const records = values.records === undefined ? byDefault : Number(values.records.replaceAll("_", ""));
  if (!Number.isSafeInteger(records) || records < 1)
    throw new RangeError(`--records takes a whole number from 1, not ${values.records}`);
  return records;
}
