import { MagpieError, messageOf } from "../core/errors.ts";
import { fieldsOf } from "./retriable.ts";

/** Why one record has no result: it goes to quarantine, the others of its chunk go on. */
export class CallFailure {
  /** Of the error catalogue, or the plugin's own. */
  readonly code: string;
  readonly message: string;
  /** Calls made with this record, alone or among others. */
  readonly attempts: number;

  constructor(code: string, message: string, attempts: number) {
    this.code = code;
    this.message = message;
    this.attempts = attempts;
  }
}

/** The failure of a record whose call threw: the error's own code when it has one. */
export function failureOf(error: unknown, attempts: number): CallFailure {
  if (error instanceof MagpieError) return new CallFailure(error.code, error.message, attempts);
  const { code, name } = fieldsOf(error);
  return new CallFailure(
    typeof code === "string" && code !== "" ? code : "MGP_PLUGIN_THREW",
    typeof name === "string" && name !== "" ? `${name}: ${messageOf(error)}` : messageOf(error),
    attempts,
  );
}

/** What a model makes of one request, be it too long, of a shape that its template does not know, or refused: others may pass. */
const ofOneRequest = /^MGP_MODEL_(CONTEXT|TEMPLATE|REFUSED|ANSWER)$/;

/**
 * Whether the error is about the system (a full disk, a lost lease, a server that is away, a plugin that cannot be set up) and not about
 * the records at hand: then quarantining records would blame them for it, and the call rejects instead.
 */
export function isSystemFailure(error: unknown): error is MagpieError {
  if (!(error instanceof MagpieError) || ofOneRequest.test(error.code)) return false;
  return error.code === "MGP_PLUGIN_SETUP" || !/^MGP_(PLUGIN|RECORD|STATE)_/.test(error.code);
}
