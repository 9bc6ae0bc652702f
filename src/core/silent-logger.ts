import type { Logger } from "./plugin.ts";

/** Logs nothing: the default where a library is called by code of one's own. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
