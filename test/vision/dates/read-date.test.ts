import { openLineRecogniser } from "../../../src/vision/dates/line-recogniser.ts";
import type { PrintField } from "../../../src/vision/dates/print-grammar.ts";
import { contentProblems, printedDate } from "../../../src/vision/dates/printed-date.ts";
import { dateDefects, readDate, readDateOptions } from "../../../src/vision/dates/read-date.ts";
import { aDotPrint, askew, type DotPrint, linesOf } from "../../support/dot-print.ts";

const context = { signal: new AbortController().signal, now: () => 0 };
const recogniser = await openLineRecogniser();
afterAll(() => recogniser[Symbol.asyncDispose]());

const [first, second] = linesOf(2);
const options = readDateOptions.parse({
  lines: [
    { pattern: "(EXP |BB |){dd}.{mm}.{yyyy}", ...first },
    { pattern: "L####[ABC] {hh}:{min}", ...second },
  ],
});
const step = readDate(recogniser, options);
const expected = { date: "2027-03-28", lot: "L5273B", productionDate: "2026-11-02" };
const printed = ["EXP 28.03.2027", "L5273B 14:06"];
const run = ({ picture, print }: DotPrint, context_ = expected) =>
  step.run(
    { picture: { ...picture, data: new Uint8Array(picture.data), channels: 1 }, print, expected: context_ },
    context,
  );

// The whole way with the real network: dots, perspective, grammar, comparison.
test.each<[string, DotPrint]>([
  ["straight", aDotPrint(printed)],
  ["seen from the side", askew(aDotPrint(printed))],
  ["on a dark ground", aDotPrint(printed, { ground: 120, ink: 30 })],
])("a good print %s is read exactly and accepted", async (_, print) => {
  expect(await run(print)).toMatchObject({ text: printed.join("\n"), date: expected.date, problems: [] });
});

// Each of these has reached shops; none may pass, and the class tells the operator what to clean, refill or set.
test.each<[string, DotPrint, string]>([
  ["faded ink", aDotPrint(printed, { ground: 190, ink: 165 }), "DATE_FADED"],
  ["a smear along the belt", aDotPrint(printed, { smear: 14 }), "DATE_SMEARED"],
  ["a dead nozzle", aDotPrint(printed, { deadRow: 3 }), "DATE_DOTS_MISSING"],
  ["another date", aDotPrint(["EXP 20.03.2027", printed[1]!]), "DATE_WRONG"],
  ["a day that does not exist", aDotPrint(["EXP 31.02.2027", printed[1]!]), "DATE_WRONG"],
  ["another lot", aDotPrint([printed[0]!, "L5273C 14:06"]), "LOT_WRONG"],
  ["nothing printed", aDotPrint([" ".repeat(14), " ".repeat(12)]), "DATE_UNREADABLE"],
])("%s is not accepted", async (_, print, name) => {
  expect(dateDefects(await run(print), options).map((d) => d.class)).toContain(name);
});

// A zone set wrongly must end in a finding, not in an exception that costs the unit its record.
test("a zone outside the picture, or without extent, is unreadable", async () => {
  const { picture } = aDotPrint(printed);
  const outside = [
    [9000, 9000],
    [9100, 9000],
    [9100, 9050],
    [9000, 9050],
  ] as const;
  const point = [
    [5, 5],
    [5, 5],
    [5, 5],
    [5, 5],
  ] as const;
  for (const print of [outside, point]) expect((await run({ picture, print })).problems).toContain("unreadable");
});

const fields = (text: string) => new Map(text.split(" ").map((f) => f.split("=") as [PrintField, string]));

test.each([
  ["dd=29 mm=02 yyyy=2028", "2028-02-29"],
  ["dd=29 mm=02 yyyy=2027", undefined],
  ["dd=31 mm=04 yy=27", undefined],
  ["dd=00 mm=04 yy=27", undefined],
  ["dd=01 mm=13 yy=27", undefined],
  ["mm=02 yyyy=2025", "2025-02"],
  ["dd=06 mm=02 yy=27", "2027-02-06"],
  ["hh=12 min=30", undefined],
])("the fields %s are the date %s", (text, date) => {
  expect(printedDate(fields(text))).toBe(date);
});

test.each([
  ["2027-03-28", { date: "2027-03-28" }, []],
  ["2027-03-20", { date: "2027-03-28" }, ["otherDate"]],
  ["2026-11-01", { productionDate: "2026-11-02" }, ["beforeProduction"]],
  ["2026-11-02", { productionDate: "2026-11-02" }, []],
  ["2026-11", { productionDate: "2026-11-30", date: "2026-11" }, []],
  ["2026-10", { productionDate: "2026-11-30" }, ["beforeProduction"]],
  [undefined, {}, ["noSuchDate"]],
  ["2027-03-28", { lot: "L2" }, ["otherLot"]],
  ["2027-03-28", { lot: "L1" }, []],
  // Lot A1 is another lot than A12, and than BA1.
  ["2027-03-28", { lot: "L" }, ["otherLot"]],
  ["2027-03-28", { lot: "1" }, ["otherLot"]],
])("the date %s against %j: %j", (date, context_, problems) => {
  expect(contentProblems(date, "EXP\nL1 10:00", context_)).toEqual(problems);
});

test("a recipe with a pattern that cannot be printed is refused with the pattern's fault", () => {
  const parsed = readDateOptions.safeParse({ lines: [{ pattern: "{tag}", top: 0, bottom: 1 }] });
  expect(parsed.error?.issues[0]).toMatchObject({
    path: ["lines", 0, "pattern"],
    message: expect.stringContaining("unknown field"),
  });
});
