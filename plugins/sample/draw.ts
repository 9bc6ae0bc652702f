import { seedOf } from "../../src/core/seed.ts";

/** One of the choices, by their weights; the parts determine which. */
export function drawWeighted<T extends { readonly weight: number }>(
  choices: readonly T[],
  ...parts: readonly string[]
): T {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let left = (seedOf(...parts) / 2 ** 31) * total;
  for (const choice of choices) {
    left -= choice.weight;
    if (left < 0) return choice;
  }
  return choices.at(-1)!;
}
