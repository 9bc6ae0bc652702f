import { plugins } from "../../src/builtins.ts";
import type { Refusal } from "./fault.ts";

/** One in so many records is refused. */
const refusedOneIn = 97;

/**
 * Has `minhash-dedup` throw for some records, always the same ones. Whether it throws before or after its work must make no
 * difference: the runtime undoes what was staged, and the plugin what is in its index; unless `indexKept`, the mutant.
 */
export function refuseSome(refusal: Refusal, indexKept: boolean): void {
  const plugin = plugins.minhashDedup;
  const setup = plugin.setup.bind(plugin);
  plugin.setup = async (config, context) => {
    const instance = await setup(config, context);
    return {
      ...instance,
      async admit(prepared, record, at, state) {
        const isRefused = numberOf(record.id) % refusedOneIn === 0;
        if (isRefused && refusal === "before") throw new Error("refused");
        const measures = await instance.admit(prepared, record, at, state);
        if (isRefused) throw new Error("refused");
        return measures;
      },
      rollback() {
        if (!indexKept) instance.rollback?.();
      },
    };
  };
}

function numberOf(id: string): number {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (sum * 31 + id.charCodeAt(i)) % 1_000_003;
  return sum;
}
