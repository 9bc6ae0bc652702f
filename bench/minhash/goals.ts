import type { ContenderId } from "./contenders.ts";

/** Texts a CPU second, by contender; those that did not run are not in it. */
export type Rates = ReadonlyMap<ContenderId, number>;

/** What this project wants to be, over its peers: ours divided by the fastest of them. */
const ratioGoals: readonly (readonly [string, readonly ContenderId[], number])[] = [
  ["of the C++ floor", ["cpp"], 0.4],
  ["gaoya", ["gaoya"], 2],
  ["the fastest of rensa", ["rensa-lsh", "rensa-r", "rensa-c"], 2],
  ["datasketch", ["datasketch"], 20],
  ["npm minhash", ["npm"], 40],
];

/** As lines: what was reached, the goal, whether it passes. Goals over those that did not run are left out. */
export function ratiosReached(rates: Rates): readonly string[] {
  const ours = rates.get("ours")!;
  return ratioGoals.flatMap(([name, ids, goal]) => {
    const best = Math.max(...ids.map((id) => rates.get(id) ?? 0));
    return best === 0 ? [] : [atLeast(`× ${name}`, ours / best, goal)];
  });
}

export function atLeast(what: string, reached: number, goal: number): string {
  return `${reached.toFixed(2)} ${what}: at least ${goal}, ${verdict(reached >= goal)}`;
}

export function atMost(what: string, reached: number, goal: number): string {
  return `${reached.toFixed(reached < 10 ? 1 : 0)} ${what}: at most ${goal}, ${verdict(reached <= goal)}`;
}

function verdict(passes: boolean): string {
  return passes ? "pass" : "MISS";
}
