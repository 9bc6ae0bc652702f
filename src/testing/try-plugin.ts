import type { Static, TObject } from "typebox";
import { validateStageConfig } from "../config/validate-stage-config.ts";
import { MagpieError } from "../core/errors.ts";
import type {
  Context,
  ExternalPlugin,
  FilterPlugin,
  Plugin,
  StatefulPlugin,
  TransformPlugin,
} from "../core/plugin.ts";
import type { MagpieRecord } from "../core/record.ts";
import { positionOf } from "./conformance/example-records.ts";
import { type Outcome, openPlugin } from "./conformance/run-plugin.ts";
import { createTestContext } from "./test-context.ts";

/**
 * What a plugin makes of records, in this order: opened with `config` over its defaults, given all of them as one batch, closed. A
 * stateful plugin begins with an empty state. Rejects with what the plugin throws, and with MGP_CONFIG_INVALID for a config that
 * its schema refuses.
 */
export async function tryPlugin<C extends TObject>(
  plugin: TransformPlugin<C> | FilterPlugin<C> | StatefulPlugin<C> | ExternalPlugin,
  records: readonly MagpieRecord[],
  config: Partial<Static<C>> = {},
  context: Context = createTestContext(""),
): Promise<readonly Outcome[]> {
  const definition: Plugin = plugin;
  const checked = validateStageConfig(definition, config);
  if ("problems" in checked)
    throw new MagpieError(
      "MGP_CONFIG_INVALID",
      checked.problems.map(({ path, message }) => `${path.join(".") || "config"}: ${message}`).join("\n"),
    );
  const open = await openPlugin(definition, checked.config, context);
  try {
    return await open.run(
      records,
      records.map((_, index) => positionOf(index)),
    );
  } finally {
    await open.close();
  }
}
