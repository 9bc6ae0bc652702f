import type { Trial } from "../trial.ts";

/** One way of disturbing those who run the pipelines, while records come in. */
export interface Scenario {
  readonly name: string;
  /** `random`: in [0, 1). Throws when the disturbance itself does not come off. */
  readonly disturb: (trial: Trial, random: () => number) => Promise<void>;
}

/** Something that befalls the cluster, or the network before it, and passes. */
export interface Trouble {
  readonly name: string;
  /** Whether it is of the network, so that members must go through the proxies. */
  readonly proxied: boolean;
  /** Resolves when it has passed. Throws when it does not come off. */
  readonly strike: (trial: Trial, random: () => number) => Promise<void>;
}
