/**
 * What a plugin file gets when it imports "magpie-stream": the part of the public API that concerns plugins, as these very
 * modules, whether or not the package can be found from the file's folder.
 */
export { Type } from "typebox";
export { errorCatalogue, exitCodes, MagpieError } from "../core/errors.ts";
export { exportRecord } from "../core/export-formats/export-record.ts";
export { formatHolder, holderPosition } from "../core/holder.ts";
export { canonicalJson } from "../core/json.ts";
export { defineFilter, defineStateful, defineTransform } from "../core/plugin.ts";
export { formatPosition, parsePosition } from "../core/position.ts";
export { readRecord } from "../core/read-record.ts";
export { RecordSchema } from "../core/record.ts";
export { isRecordError, RecordError } from "../core/record-error.ts";
export { closed } from "../core/schema.ts";
export { sha256Hex } from "../core/sha256.ts";
export { instructionOf, responseOf, textOf, turnsOf } from "../core/text.ts";
export { drop, dropIfAny, keep } from "../core/verdict.ts";
