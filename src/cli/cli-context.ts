import type { CliDeps } from "./deps.ts";
import type { LogLevel } from "./log-level.ts";
import type { Output } from "./output.ts";
import type { Style } from "./render/style.ts";

/** What every command works with: the process around it and the options that stand before any command. */
export interface CliContext {
  readonly deps: CliDeps;
  readonly out: Output;
  readonly err: Output;
  /** For `out`. */
  readonly style: Style;
  /** For `err`. */
  readonly errStyle: Style;
  /** Path of the configuration, as it was given. */
  readonly configFile: string;
  /** Machines read the output. */
  readonly json: boolean;
  readonly logLevel: LogLevel;
}
