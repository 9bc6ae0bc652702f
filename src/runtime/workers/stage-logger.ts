import type { Logger } from "../../core/plugin.ts";

/** For what a program says of itself: it does not know which stage it is. */
export function stageLogger(logger: Logger, stage: string): Logger {
  const named = (message: string) => `stage ${stage}: ${message}`;
  return {
    debug: (message, fields) => logger.debug(named(message), fields),
    info: (message, fields) => logger.info(named(message), fields),
    warn: (message, fields) => logger.warn(named(message), fields),
    error: (message, fields) => logger.error(named(message), fields),
  };
}
