import { z } from "zod";
import type { Expectation } from "../../../src/domain/expectation.ts";
import { duePrint, duePrintOptions } from "../../../src/vision/dates/due-print.ts";
import { compileLotDate } from "../../../src/vision/dates/lot-date.ts";
import { contentProblems } from "../../../src/vision/dates/printed-date.ts";

const context: Expectation = { sku: "", lot: "L26333A", productionDate: "2026-11-29", clockSynchronized: true };
const options = (given: object) => z.strictObject(duePrintOptions).parse(given);
const due = (given: object, over: Partial<Expectation> = {}) => duePrint(options(given))({ ...context, ...over });

// Shelf life counts in days of the calendar, across months, leap years and clock changes.
test.each([
  [{ fixed: "2027-02-14" }, "2027-02-14"],
  [{ days: 0, from: "production" }, "2026-11-29"],
  [{ days: 92, from: "production" }, "2027-03-01"],
  [{ days: 458, from: "production" }, "2028-03-01"],
  [{ days: 92, from: "lot", pattern: "L{yy}{ddd}" }, "2027-03-01"],
])("by %j the date %s is due", (bestBefore, date) => {
  expect(due({ bestBefore })).toMatchObject({ print: { date } });
});

// A print that is compared with nothing would pass whatever it says.
test.each<[object, Partial<Expectation>, RegExp]>([
  [{ days: 92, from: "production" }, { clockSynchronized: false }, /clock that is not synchronised/],
  [{ days: 92, from: "production" }, { productionDate: "" }, /production date is not known/],
  [{ days: 92, from: "lot", pattern: "L{yy}{ddd}" }, { lot: "" }, /lot "" holds no date/],
  [
    { days: 92, from: "lot", pattern: "L{yy}{ddd}" },
    { lot: "ORDER-7" },
    /lot "ORDER-7" holds no date as L\{yy\}\{ddd\}/,
  ],
])("by %j, where the context says %j, nobody can tell", (bestBefore, over, why) => {
  expect(due({ bestBefore }, over)).toEqual({ unknown: expect.stringMatching(why) });
});

test("a date that does not come from the clock needs none", () => {
  for (const bestBefore of [{ fixed: "2027-02-14" }, { days: 92, from: "lot", pattern: "L{yy}{ddd}" }])
    expect(due({ bestBefore }, { clockSynchronized: false, productionDate: "" })).toHaveProperty("print");
});

test("the context's lot must stand in the print, and must be known", () => {
  expect(due({ lot: "same-as-context" })).toEqual({ print: { lot: "L26333A" } });
  expect(due({ lot: "same-as-context" }, { lot: "" })).toEqual({ unknown: expect.stringMatching(/names no lot/) });
});

// The printed lot says when the unit was made; a printer whose date was not moved on contradicts it.
test.each([
  ["2027-03-01", "L26333A 06:12", []],
  ["2027-02-28", "L26333A 06:12", ["otherDate"]],
  ["2027-03-01", "L26366A 06:12", ["otherLot"]],
  ["2027-03-01", "A26333L", ["otherLot"]],
])("best before %s beside the lot %s: %j", (date, lot, problems) => {
  const answer = due({ bestBefore: { days: 92, from: "print", pattern: "L{yy}{ddd}" } });
  expect(contentProblems(date, `BB ${date}\n${lot}`, "print" in answer ? answer.print : {})).toEqual(problems);
});

test.each([
  ["L{yy}{ddd}", "L25014A 06:12", "2025-01-14"],
  ["L{yy}{ddd}", "EXP 01.02.2026\nL24366B", "2024-12-31"],
  ["L{yy}{ddd}", "L25366B", undefined],
  ["L{yy}{ddd}", "L25000B", undefined],
  ["L{yy}{ddd}", "XL25014", undefined],
  ["{dd}.{mm}/{yyyy}", "Lot 31.01/2026-7", "2026-01-31"],
  ["{dd}.{mm}/{yyyy}", "31x01/2026", undefined],
  ["{yy}{mm}{dd}", "250230", undefined],
])("the lot pattern %s finds in %j the day %s", (pattern, text, date) => {
  expect(compileLotDate(pattern)(text)).toBe(date);
});

test.each([["L{yy}"], ["L{ddd}"], ["{yy}{yyyy}{ddd}"], ["{yy}{mm}"], ["{yy}{ddd}{dd}"], ["{yy}{day}"]])(
  "the lot pattern %s is refused in words",
  (pattern) => {
    expect(() => compileLotDate(pattern)).toThrow(/The lot pattern ".*" (does not say a day|has the unknown field)/);
  },
);
