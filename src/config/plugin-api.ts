/**
 * What a plugin file gets when it imports "magpie-stream": these very modules, whether or not the package can be found
 * from the file's folder.
 */

export { type Static, Type } from "typebox";
export * from "../core/errors.ts";
export * from "../core/holder.ts";
export * from "../core/json.ts";
export * from "../core/plugin.ts";
export * from "../core/position.ts";
export * from "../core/record.ts";
export * from "../core/record-error.ts";
export * from "../core/schema.ts";
export * from "../core/sha256.ts";
export * from "../core/state.ts";
export * from "../core/text.ts";
export * from "../core/verdict.ts";
