import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { parsePosition } from "../../src/core/position.ts";
import { readRecord } from "../../src/core/read-record.ts";
import { RecordSchema } from "../../src/core/record.ts";

interface Golden {
  readonly description: string;
  readonly position: string;
  readonly input: JsonObject;
  readonly expected: JsonObject;
}

const folder = new URL("../../schemas/record/golden/", import.meta.url);
const isRecord = new Ajv2020().compile(RecordSchema);

describe.each(readdirSync(folder))("golden records of %s", (version) => {
  const goldens = readdirSync(new URL(`${version}/`, folder)).map((file) => {
    const golden = JSON.parse(readFileSync(new URL(`${version}/${file}`, folder), "utf8")) as Golden;
    return [golden.description, golden] as const;
  });

  test.each(goldens)("%s", (_, { input, expected, position }) => {
    const record = read(input, position);
    expect(record).toEqual(expected);
    expect(isRecord(record)).toBe(true);
    expect(read(record, position)).toEqual(expected);
  });

  function read(value: unknown, position: string) {
    return readRecord(new TextEncoder().encode(JSON.stringify(value)), parsePosition(position)!);
  }
});
