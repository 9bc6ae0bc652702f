import { parseArgs } from "node:util";

/**
 * Values of options such as `--records 100000` or `--delay-ms 10`: whole numbers from 1. Those not given have the value in
 * `defaults`. Throws for anything else.
 */
export function numberOptions<Name extends string>(
  args: readonly string[],
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ args: [...args], options });
  const numbers: Record<Name, number> = { ...defaults };
  for (const name of names) {
    const given = values[name];
    if (given === undefined) continue;
    const number = Number(given);
    if (!Number.isSafeInteger(number) || number < 1)
      throw new RangeError(`--${name} takes a whole number from 1, not ${given}`);
    numbers[name] = number;
  }
  return numbers;
}
