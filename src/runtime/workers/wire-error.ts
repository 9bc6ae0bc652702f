import { type ErrorCode, errorCatalogue, MagpieError, messageOf } from "../../core/errors.ts";
import { fieldsOf, isRetriable, retryAfterOf } from "../retriable.ts";

/**
 * What of an error crosses to another thread: structured clone keeps only name, message and stack, but whether a call is
 * made again depends on more.
 */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly retriable: boolean;
  readonly retryAfterMs: number;
  readonly magpie: boolean;
}

export function toWireError(error: unknown): WireError {
  const { name, code } = fieldsOf(error);
  return {
    name: typeof name === "string" && name !== "" ? name : "Error",
    message: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
    code: typeof code === "string" ? code : undefined,
    retriable: isRetriable(error),
    retryAfterMs: retryAfterOf(error),
    magpie: error instanceof MagpieError,
  };
}

export function fromWireError(wire: WireError): Error {
  if (wire.magpie && isErrorCode(wire.code)) return new MagpieError(wire.code, wire.message);
  const error = new Error(wire.message);
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return Object.assign(error, {
    ...(wire.code === undefined ? {} : { code: wire.code }),
    retriable: wire.retriable,
    retryAfterMs: wire.retryAfterMs,
  });
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && code in errorCatalogue;
}
