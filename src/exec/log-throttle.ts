import type { JsonObject } from "../core/json.ts";
import type { Logger } from "../core/plugin.ts";

const linesPerSecond = 100;

/** Passes on at most 100 lines a second, and then says how many it left out: a program that floods its log floods nothing else. */
export class LogThrottle {
  readonly #logger: Logger;
  #lines = 0;
  #second: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(level: keyof Logger, message: string, fields?: JsonObject): void {
    this.#second ??= setTimeout(() => this.flush(), 1000).unref();
    this.#lines++;
    if (this.#lines <= linesPerSecond) this.#logger[level](message, fields);
  }

  flush(): void {
    clearTimeout(this.#second);
    this.#second = undefined;
    const left = this.#lines - linesPerSecond;
    this.#lines = 0;
    if (left > 0) this.#logger.warn(`${left} more lines of the plugin's log were left out`);
  }
}
