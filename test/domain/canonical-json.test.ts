import fc from "fast-check";
import { canonicalJson } from "../../src/domain/canonical-json.ts";

// RFC 8785 §3.2.4, the RFC's own example: whoever checks our chain in another language must get these bytes.
test("the example of RFC 8785", () => {
  const value = {
    // biome-ignore lint/correctness/noPrecisionLoss: the loss is part of the example
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

// RFC 8785 §3.2.3: keys are ordered by UTF-16 code units, not by code points.
test("keys are ordered by UTF-16 code units", () => {
  const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
  const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"];
  const text = canonicalJson(Object.fromEntries(keys.map((k) => [k, 0])));
  expect(Object.keys(JSON.parse(text) as object).filter((k) => k !== "1")).toEqual(sorted.filter((k) => k !== "1"));
});

test("parsing and writing again changes no byte", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ["\ud800"], [1n], [undefined]])(
  "refuses what JSON would lose: %p",
  (value) => {
    expect(() => canonicalJson({ value: [value] })).toThrow(RangeError);
  },
);
