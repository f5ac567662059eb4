import { groupSeparator, gs1Date, gtin14, hasCheckDigit, parseElementString } from "../../../src/vision/codes/gs1.ts";

// GS1 General Specifications, section 7.8: identifiers of predefined length need no separator, all others do.
test("an element string with fixed and variable values comes apart", () => {
  const text = `010731000246069017260823${"10L9075C"}${groupSeparator}21SER-1`;
  expect(parseElementString(text)).toEqual(
    new Map([
      ["01", "07310002460690"],
      ["17", "260823"],
      ["10", "L9075C"],
      ["21", "SER-1"],
    ]),
  );
});

// A content that breaks the rules must not be taken for a GTIN or a lot: the identifiers would be guesses.
test.each([
  ["0107310002460691", "check digit"],
  ["01073100024606", "14"],
  ["17AB0823", "digits only"],
  ["0507310002460690", "application identifier"],
  [`10A${groupSeparator}10B`, "twice"],
  ["", "empty"],
])("%j is refused with a reason", (text, reason) => {
  expect(parseElementString(text)).toEqual({ error: expect.stringContaining(reason) });
});

// Section 7.9. One wrong digit, or two neighbours exchanged, is what misreading produces.
test("check digits are checked on 8, 12, 13 and 14 digits, and one item has one GTIN whatever the length", () => {
  expect(["96385074", "036000291452", "4006381333931", "00012345678905"].map(hasCheckDigit)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["4006381333932", "4006381339331", "400638133393", ""].map(hasCheckDigit)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(gtin14("036000291452")).toBe(gtin14("0036000291452"));
  expect(gtin14("4006381333932")).toBeUndefined();
});

// Section 7.12: day 00 is the month's last; the century is the nearer one. 2100 is no leap year.
test.each([
  ["260823", 2026, "2026-08-23"],
  ["270200", 2026, "2027-02-28"],
  ["280200", 2026, "2028-02-29"],
  ["770101", 2026, "1977-01-01"],
  ["760101", 2026, "2076-01-01"],
  ["010101", 2099, "2101-01-01"],
  ["260230", 2026, undefined],
  ["261301", 2026, undefined],
  ["2608", 2026, undefined],
])("the date %s read in %i is %s", (text, year, date) => {
  expect(gs1Date(text, year)).toBe(date);
});
