import type { Readable, Writable } from "node:stream";
import type { Config } from "../config/config.ts";
import type { Logger } from "../core/plugin.ts";
import type { Log } from "../log/log.ts";

export type StopSignal = "SIGINT" | "SIGTERM";

/** Where a command writes; a terminal says so, and how wide and tall it is. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Everything a command takes from the process around it. */
export interface CliDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment; never goes back. */
  clock(): number;
  /** In [0, 1). */
  random(): number;
  /** Calls `listener` at every such signal, instead of dying of it, until the returned function is called. */
  onSignal(listener: (signal: StopSignal) => void): () => void;
  /** Ends the process now. */
  exit(code: number): void;
  openLog(config: Config, logger: Logger): Promise<Log>;
}
