import { type ErrorCode, MagpieError } from "../core/errors.ts";

/** A plugin that cannot be found or used. `message` is `what` and `hint` together. */
export class PluginError extends MagpieError {
  readonly what: string;
  readonly hint: string | undefined;

  constructor(
    code: Extract<ErrorCode, "MGP_PLUGIN_NOT_FOUND" | "MGP_PLUGIN_INVALID">,
    what: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(code, options.hint === undefined ? what : `${what}; ${options.hint}`, { cause: options.cause });
    this.what = what;
    this.hint = options.hint;
  }
}
