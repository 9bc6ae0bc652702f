import { type TObject, type TObjectOptions, type TProperties, Type } from "typebox";

/** An object schema that refuses unknown keys: a misspelt key is an error, never ignored. */
export function closed<P extends TProperties>(properties: P, options: TObjectOptions = {}): TObject<P> {
  return Type.Object(properties, { ...options, additionalProperties: false });
}
