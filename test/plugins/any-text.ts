import fc from "fast-check";

const units = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0x3ff }),
  fc.integer({ min: 0, max: 0xffff }),
  fc.constantFrom(0x20, 0x0a, 0x301, 0x200d, 0xfeff),
);
const pairs = fc.tuple(fc.integer({ min: 0xd800, max: 0xdbff }), fc.integer({ min: 0xdc00, max: 0xdfff }));

/** Texts of any UTF-16 units, surrogate pairs and halves of them included. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      units.map((unit) => [unit]),
      pairs,
    ),
    { maxLength: 60 },
  )
  .map((parts) => String.fromCharCode(...parts.flat()));
