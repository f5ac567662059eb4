import fc from "fast-check";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import { isCanonical } from "../../src/ledger/canonical-check.ts";

/** The definition: a text is canonical when its value has that text, and not when its value has none (1e999, a lone surrogate). */
function isCanonicalByDefinition(text: string): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

// Verify takes the quick way for most entries; it must answer exactly as the definition would.
test("the quick check agrees with the definition on any JSON text", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(undefined, 1, "\t"),
      fc.nat(),
      fc.constantFrom(" ", "0", '"', ",", "-", "e", "\\", "1", ".", "{", "}"),
      (value, space, at, character) => {
        const canonical = canonicalJson(value);
        expect(isCanonical(canonical, JSON.parse(canonical))).toBe(true);
        const plain = JSON.stringify(value, undefined, space);
        expect(isCanonical(plain, JSON.parse(plain))).toBe(isCanonicalByDefinition(plain));
        const place = at % (canonical.length + 1);
        const changed = canonical.slice(0, place) + character + canonical.slice(place);
        let parsed: unknown;
        try {
          parsed = JSON.parse(changed);
        } catch {
          return; // only what parses is ever asked about
        }
        expect(isCanonical(changed, parsed)).toBe(isCanonicalByDefinition(changed));
      },
    ),
    { numRuns: 3_000 },
  );
});

test.each([
  '{"b":1,"a":2}',
  '{"a":1,"a":1}',
  '{"a": 1}',
  '{"a":1}\n',
  '{"a":1.0}',
  '{"a":1e3}',
  '{"a":-0}',
  '{"a":1e999}',
  '{"a":1234567890123456789}',
  '{"a":{"d":1,"c":2}}',
  '[{"":1,"":2}]',
  '{"9":1,"10":2}',
  '{"a":"\\u0041"}',
  '{"a":"\\ud800"}',
  '{"a":"\\/"}',
])("%s is not canonical", (text) => {
  expect(isCanonical(text, JSON.parse(text))).toBe(false);
});

test.each(['{"10":1,"9":2}', '{"":1,"a":[1,{"b":0.5}]}', '{"a":1e+30}', '{"a":"\\n"}', "null", "[]"])(
  "%s is canonical",
  (text) => {
    expect(isCanonical(text, JSON.parse(text))).toBe(true);
  },
);
