import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { readRecord } from "../../src/core/read-record.ts";
import type { MagpieRecord } from "../../src/core/record.ts";

const position = { topic: "import", partition: 2, offset: 7n };

function readText(text: string): MagpieRecord {
  return readRecord(new TextEncoder().encode(text), position);
}

function read(row: Json): MagpieRecord {
  return readText(JSON.stringify(row));
}

function refusal(bytes: Uint8Array | string): { code: string; message: string } {
  try {
    typeof bytes === "string" ? readText(bytes) : readRecord(bytes, position);
  } catch (error) {
    if (error instanceof MagpieError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("the record was read");
}

describe("what is refused", () => {
  test("bytes that are not UTF-8 are refused with the offset of the first of them", () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"ü\ufffd'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(refusal(bytes)).toEqual({
      code: "MGP_RECORD_ENCODING",
      message:
        "record import/2/7 is not UTF-8: byte 0xff at offset 11 of 14; records are UTF-8 encoded JSON objects: " +
        "convert the source to UTF-8 and produce it again",
    });
  });

  test("a character cut off at the end is refused", () => {
    expect(refusal(Buffer.from('{"a":"ü').subarray(0, -1)).message).toContain("byte 0xc3 at offset 6 of 7");
  });

  test("text that is not JSON is refused with line, column and an excerpt", () => {
    expect(refusal('{"id": 1,\n "instruction": tru}')).toEqual({
      code: "MGP_RECORD_JSON",
      message:
        'record import/2/7 is not JSON: unexpected "t" at line 2, column 17 (character 26 of 30), near ' +
        '"{\\"id\\": 1,\\n \\"instruction\\": tru}"; each record is one JSON object',
    });
    expect(refusal('{"instruction": "cut o').message).toContain(
      "the text ends too early at line 1, column 23",
    );
    expect(refusal("  \n").message).toContain("it is empty");
    expect(refusal("").message).toContain("it is empty");
  });

  test("JSON of another kind than an object is refused", () => {
    for (const [text, kind] of [
      ["[]", "an array"],
      ["null", "null"],
      ['"a"', "a string"],
      ["1", "a number"],
    ] as const)
      expect(refusal(text)).toEqual({
        code: "MGP_RECORD_SHAPE",
        message: `record import/2/7 is ${kind}; a record is a JSON object`,
      });
  });

  test("columns no reader knows are named", () => {
    expect(refusal('{"question": "a", "__proto__": {"instruction": "b"}}')).toEqual({
      code: "MGP_RECORD_SHAPE",
      message:
        'record import/2/7 has the columns "question", "__proto__"; expected a conversation (a list of messages in ' +
        "messages, conversations, conversation or turns), an instruction (a text in instruction, input or prompt) " +
        "or both chosen and rejected; rename the columns that hold them",
    });
    expect(refusal("{}").message).toContain("has no columns; expected");
  });

  test.each([
    [
      '{"messages":[{"role":"tool","content":"a"}]}',
      'has "tool" as messages[0].role; the roles are system, user',
    ],
    ['{"messages":[{"role":"toString","content":"a"}]}', 'has "toString" as messages[0].role'],
    ['{"conversations":[{"from":"human","value":1}]}', "has a number as conversations[0].value where a text"],
    ['{"messages":[{"role":"user","content":"a"},3]}', "has a number as messages[1] where a message belongs"],
    [
      '{"turns":[{"role":"human","content":"a"}],"extra":{}}',
      'has "human" as turns[0].role; a record\'s roles',
    ],
    ['{"turns":[{"role":"user"}],"extra":{}}', "has nothing as turns[0].content where a text belongs"],
    ['{"turns":[{"role":"user","content":"","x":1}],"extra":{}}', "has a number as turns[0].x where what"],
    ['{"turns":[{"role":"user","content":"","generation":{"seed":"1"}}],"extra":{}}', "turns[0].generation"],
    ['{"turns":[],"extra":[],"tags":{}}', "has an array as extra where an object belongs"],
    ['{"turns":[],"tags":{"a":{"value":1}}}', "has nothing as tags.a.by where a text belongs"],
    ['{"turns":[],"measures":{"a":1}}', "has a number as measures.a where an object belongs"],
    ['{"turns":[],"provenance":{"created":"x"}}', "has a string as provenance.created"],
    [
      '{"turns":[],"extra":{},"candidates":[{"turns":[],"b":1}]}',
      "has a number as candidates[0].b where nothing",
    ],
    ['{"turns":[],"extra":{"a":1},"a":2}', 'has the column "a" both beside and in its extra'],
    ['{"turns":[],"extra":{},"id":null}', "has null as id"],
  ])("%s is refused: %s", (text, message) => {
    const { code, message: said } = refusal(text);
    expect(code).toBe("MGP_RECORD_SHAPE");
    expect(said).toContain(message);
  });

  test("a number that would change and a nesting that could not be written again are refused", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(refusal(`{"instruction":"a","deep":${deep}}`).message).toContain(
      "its extra is nested deeper than 100",
    );
    expect(refusal('{"instruction":"a","n":[12345678901234567891]}').message).toContain(
      "write it as a string",
    );
    expect(refusal('{"instruction":"a","n":1e999}').message).toContain("write it as a string");
    expect(readText('{"instruction":"a","n":12345678901234567000,"m":1e300}').extra).toEqual({
      n: 12345678901234567000,
      m: 1e300,
    });
  });
});

describe("ids", () => {
  test("an id stays as it came, integers of any size as their digits", () => {
    expect(read({ id: 0, instruction: "a" }).id).toBe("0");
    expect(read({ id: "x", uuid: "y", instruction: "a" })).toEqual({
      ...read({ id: "x", instruction: "a" }),
      extra: { uuid: "y" },
    });
    expect(readText('{"instruction":"a","id": 12345678901234567891}').id).toBe("12345678901234567891");
    expect(readText('{"turns":[],"extra":{},"id":12345678901234567891}').id).toBe("12345678901234567891");
  });

  test("a record without an id gets its position", () => {
    expect(read({ instruction: "a" }).id).toBe("import/2/7");
    expect(read({ id: "", instruction: "a" })).toMatchObject({ id: "import/2/7", extra: { id: "" } });
    expect(read({ turns: [], extra: {} }).id).toBe("import/2/7");
  });
});

describe("times", () => {
  test("created is seconds below 100,000,000,000 and milliseconds from there", () => {
    const created = (value: number) => read({ instruction: "a", created: value }).provenance.created;
    expect([created(1718000000), created(1718000000.5), created(99_999_999_999)]).toEqual([
      1718000000000, 1718000000500, 99_999_999_999_000,
    ]);
    expect([created(100_000_000_000), created(1718000000123)]).toEqual([100_000_000_000, 1718000000123]);
    expect(read({ instruction: "a", created: -1 })).toMatchObject({ provenance: {}, extra: { created: -1 } });
  });
});

test("a byte order mark before the record is passed over", () => {
  expect(readText('\ufeff{"id":1,"instruction":"a"}')).toEqual(read({ id: 1, instruction: "a" }));
});

test("bytes that are part of a larger buffer are read alone", () => {
  const all = Buffer.from('xx{"id":1,"instruction":"ü"}yy');
  expect(readRecord(all.subarray(2, -2), position)).toEqual(read({ id: 1, instruction: "ü" }));
});

test("a column named __proto__ is a column like others", () => {
  for (const text of [
    '{"instruction":"a","__proto__":{"polluted":true}}',
    '{"turns":[],"tags":{},"__proto__":{"polluted":true}}',
    '{"turns":[],"tags":{},"extra":{"__proto__":{"polluted":true}}}',
    '{"turns":[],"tags":{},"provenance":{},"measures":{},"id":"a","extra":{"__proto__":{"polluted":true}}}',
    '{"instruction":"a","gen_input_configs":{"__proto__":{"polluted":true}}}',
    '{"messages":[{"role":"user","content":"a","__proto__":{"polluted":true}}]}',
  ]) {
    const { extra } = readText(text);
    expect(JSON.stringify(extra)).toContain('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(extra)).toBe(Object.prototype);
    expect("polluted" in extra).toBe(false);
  }
});

test("every text comes through unchanged: lone surrogates, NUL, any script", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (content, column) => {
      const name = `x${column}`;
      expect(read({ id: "a", instruction: content, response: content, [name]: content })).toEqual({
        id: "a",
        turns: [
          { role: "user", content },
          { role: "assistant", content },
        ],
        provenance: {},
        measures: {},
        tags: {},
        extra: { [name]: content },
      });
    }),
  );
  expect(readText('{"instruction":"\\ud800\\u0000"}').turns).toEqual([
    { role: "user", content: "\ud800\u0000" },
  ]);
});

describe("nothing is lost", () => {
  const anyColumn = fc.constantFrom(
    ..."id uuid conversation_id row_id instruction input prompt response output generation completion system".split(
      " ",
    ),
    ..."system_prompt instruction_2 response_2 created model generator model_name seed temperature top_p".split(
      " ",
    ),
    ..."max_tokens finish_reason prompt_tokens completion_tokens response_seed response_tokens thinking".split(
      " ",
    ),
    ..."reasoning gen_input_configs gen_response_configs chosen rejected responses rewards_armorm".split(" "),
    ..."candidates messages conversations conversation extra provenance __proto__ note verdict".split(" "),
  );
  const message = fc.oneof(
    fc.record({ role: fc.constantFrom("user", "assistant", "system"), content: fc.string() }),
    fc.record({ from: fc.constantFrom("human", "gpt"), value: fc.string(), weight: fc.nat(2) }),
  );
  const anyValue = fc.oneof(
    fc.constantFrom<Json>(null, "", "a", "b", 1, 0.5, 1718000000, true, []),
    fc.string(),
    fc.array(message, { minLength: 1, maxLength: 3 }),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("seed", "temperature", "input_generator", "x", "score", "id"), fc.nat(3)),
    fc.array(fc.record({ response: fc.string(), score: fc.nat(9), model: fc.constantFrom("m", 4) }), {
      maxLength: 2,
    }),
  ) as fc.Arbitrary<Json>;
  const anyRow = fc
    .tuple(
      fc.constantFrom("instruction", "input", "prompt"),
      fc.string(),
      fc.uniqueArray(fc.tuple(anyColumn, anyValue), { selector: ([column]) => column, maxLength: 12 }),
    )
    .map(([column, text, columns]) => Object.fromEntries([[column, text], ...columns]) as JsonObject);

  test("every text and number of a row stands somewhere in its record", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const record = readOrUndefined(row);
        if (record === undefined) return;
        const known = new Set(leavesOf(record as unknown as Json).flatMap(spellings));
        const said = record.turns.map((turn) => turn.content);
        for (const [column, value] of Object.entries(row))
          for (const leaf of leavesOf(value)) {
            const isThere = spellings(leaf).some((spelling) => known.has(spelling));
            // Alpaca's input is part of the instruction's turn.
            const isPart = typeof leaf === "string" && said.some((content) => content.includes(leaf));
            expect({ column, leaf, isThere: isThere || isPart }).toEqual({ column, leaf, isThere: true });
          }
      }),
      { numRuns: 500 },
    );
  });

  test("a column of an unknown name stands in extra unchanged, wherever the conversation comes from", () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.parse(JSON.stringify(json)) as Json);
    fc.assert(
      fc.property(
        anyRow,
        fc.dictionary(
          fc.string().map((name) => `x${name}`),
          value,
        ),
        (row, unknown) => {
          const record = readOrUndefined({ ...row, ...unknown });
          if (record === undefined) return;
          expect(record.extra).toMatchObject(unknown);
        },
      ),
    );
  });

  function readOrUndefined(row: JsonObject): MagpieRecord | undefined {
    try {
      return read(row);
    } catch (error) {
      if (error instanceof MagpieError) return undefined;
      throw error;
    }
  }

  function leavesOf(value: Json): readonly (string | number)[] {
    if (typeof value === "string" || typeof value === "number") return [value];
    if (typeof value !== "object" || value === null) return [];
    return Object.values(value).flatMap((member: Json) => leavesOf(member));
  }

  /** Roles have several names, seconds become milliseconds, integer ids become strings. */
  function spellings(leaf: string | number): readonly (string | number)[] {
    if (leaf === "user" || leaf === "human") return ["user"];
    if (leaf === "assistant" || leaf === "gpt") return ["assistant"];
    return typeof leaf === "number" ? [leaf, String(leaf), leaf * 1000] : [leaf];
  }
});
