import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallFailure } from "../../src/runtime/call-failure.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../src/runtime/frame.ts";

const bytes = fc.uint8Array({ maxLength: 50 });
const text = fc.string({ unit: "binary", maxLength: 20 });
const failure = fc
  .tuple(text, text, fc.nat())
  .map(([code, message, attempts]) => new CallFailure(code, message, attempts));

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant("live" as const),
    streamTime: fc.nat(),
    record: text.map((id) => ({ id, turns: [], provenance: {}, measures: {}, tags: {}, extra: {} })),
    bytes,
    prepared: fc.array(fc.record({ stage: text, fingerprint: text, result: fc.oneof(bytes, failure) }), {
      maxLength: 3,
    }),
  }),
  fc.record({
    kind: fc.constant("settled" as const),
    streamTime: fc.nat(),
    topic: text,
    key: text,
    schema: text,
    value: bytes,
  }),
);

/** Buffers and other arrays of bytes are the same bytes. */
function plain(value: Frame): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member) => (member instanceof Uint8Array ? [...member] : member)),
  );
}

function plainBuffers(value: Frame): unknown {
  return value.kind === "settled"
    ? { ...value, value: [...value.value] }
    : {
        ...value,
        bytes: [...value.bytes],
        prepared: value.prepared.map((each) => ({
          ...each,
          result: each.result instanceof CallFailure ? { ...each.result } : [...each.result],
        })),
      };
}

describe("a frame", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(frame, (written) => {
        const read = decodeFrame(encodeFrame(written), "t/0/0");
        expect(plainBuffers(read)).toEqual(plainBuffers(written));
      }),
    );
  });

  it("that is damaged is told with its place, never read as something else", () => {
    fc.assert(
      fc.property(frame, fc.nat(), (written, at) => {
        const encoded = encodeFrame(written);
        const cut = encoded.subarray(0, at % encoded.length);
        try {
          const read = decodeFrame(cut, "t/0/7");
          // Cutting the bytes of a settled output's value leaves a shorter value: the log guards whole messages.
          expect([read.kind, plain(read) === plain(written)]).toEqual(["settled", false]);
        } catch (error) {
          expect(error).toMatchObject({
            code: "MGP_FRAME_DAMAGED",
            message: expect.stringContaining("t/0/7"),
          });
        }
      }),
    );
  });
});
