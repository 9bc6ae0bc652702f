import { type Static, type TSchema, Type } from "typebox";
import { bytesPattern } from "../core/units.ts";
import { nameExpectation, namePattern } from "./name.ts";

export const Name = (description: string) =>
  Type.String({ pattern: namePattern, expected: nameExpectation, description });

const sizeExpectation = 'a size in bytes such as 67108864, "64MB" or "64MiB"';

export const ByteSize = (description: string, options: { default?: number } = {}) =>
  Type.Union(
    [Type.Integer({ minimum: 1 }), Type.String({ pattern: bytesPattern, expected: sizeExpectation })],
    {
      expected: sizeExpectation,
      description,
      ...options,
    },
  );

export const Count = (minimum: number, fallback: number, description: string, maximum?: number) =>
  Type.Optional(
    Type.Integer({ minimum, ...(maximum === undefined ? {} : { maximum }), default: fallback, description }),
  );

/** A mapping from names to one kind of value. */
export const Named = <T extends TSchema>(value: T, description: string) =>
  Type.Unsafe<{ [name: string]: Static<T> }>({
    type: "object",
    propertyNames: { type: "string", pattern: namePattern, expected: nameExpectation },
    additionalProperties: value,
    default: {},
    description,
  });
