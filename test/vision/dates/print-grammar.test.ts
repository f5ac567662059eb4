import fc from "fast-check";
import { decodeLattice, type Lattice } from "../../../src/vision/dates/ctc-lattice.ts";
import { compilePrintGrammar } from "../../../src/vision/dates/print-grammar.ts";

const alphabet = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.:/-";
const classOf = (character: string): number | undefined => {
  const index = alphabet.indexOf(character);
  return index < 0 ? undefined : index + 1;
};
/** A lattice in which each column says one character (`_` = blank) with this probability, the rest spread evenly. */
function aLattice(
  columns: string,
  sure = 0.9,
  doubts: Readonly<Record<number, readonly [string, number]>> = {},
): Lattice {
  const classes = alphabet.length + 1;
  const probabilities = new Float32Array(columns.length * classes).fill((1 - sure) / (classes - 1));
  for (const [i, character] of [...columns].entries()) {
    probabilities[i * classes + (character === "_" ? 0 : classOf(character)!)] = sure;
    const doubt = doubts[i];
    if (doubt) probabilities[i * classes + classOf(doubt[0])!] = doubt[1];
  }
  return { probabilities, columns: columns.length, classes, classOf };
}
const read = (lattice: Lattice, pattern: string) => decodeLattice(lattice, compilePrintGrammar(pattern));

// A recogniser that knows the whole alphabet confuses 0 with O and 8 with B; what the printer cannot print it must not read.
test.each<[string, string, string, string]>([
  ["letters where digits stand become the digit that is next likely", "L_O_8_", "L##", "L08"],
  ["the same character twice needs a blank between", "1_1_2", "###", "112"],
  ["one of several texts is chosen", "B_B_1_2", "(EXP |BB |)##", "BB 12"],
  ["no text is one of them", "1_2_", "(EXP |BB |)##", "12"],
  ["a blank that was lost stands in the text all the same", "1_2_3_4", "## ##", "12 34"],
  ["a class of letters", "_A_7_", "[ABC]#", "A7"],
  ["a special character stands for itself behind a backslash", "_A__7", "A\\ #", "A 7"],
])("%s", (_, columns, pattern, text) => {
  const doubts: Record<number, readonly [string, number]> = columns.startsWith("L_O")
    ? { 2: ["0", 0.08], 4: ["8", 0.5] }
    : {};
  expect(read(aLattice(columns, 0.9, doubts), pattern)?.text).toBe(text);
});

// The one promise: whatever the grammar can print and the recogniser sees, is read, with its fields.
test("every date of a pattern is read from a lattice that shows it", () => {
  const date = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(date, fc.constantFrom("EXP ", "BB ", ""), fc.nat(3), (day, prefix, padding) => {
      const [year, month, dayOfMonth] = day.toISOString().slice(0, 10).split("-") as [string, string, string];
      const text = `${prefix}${dayOfMonth}.${month}.${year}`;
      const columns = [...text].map((c) => `${"_".repeat(1 + padding)}${c}${c}`).join("");
      const reading = read(aLattice(columns), "(EXP |BB |){dd}.{mm}.{yyyy}");
      expect(reading?.text).toBe(text);
      expect(Object.fromEntries(reading!.fields)).toEqual({ dd: dayOfMonth, mm: month, yyyy: year });
    }),
    { numRuns: 40 },
  );
});

// Confidence is what the recipe's threshold works on: it must fall where two characters of the grammar are alike.
test("a doubtful character lowers confidence, an empty place lowers fit", () => {
  const sure = read(aLattice("2_8_"), "##")!;
  const doubtful = read(aLattice("2_8_", 0.9, { 2: ["0", 0.8] }), "##")!;
  const empty = read(aLattice("____"), "##")!;
  expect(sure.confidence).toBeGreaterThan(0.95);
  expect(doubtful.text).toBe("28");
  expect(doubtful.confidence).toBeLessThan(0.6);
  expect(empty.fit).toBeLessThan(sure.fit / 2);
});

test("a line shorter than its grammar is not read", () => {
  expect(read(aLattice("12"), "####")).toBeUndefined();
});

// The message stands in the refusal of a recipe; it must say where to look.
test.each([
  ["{day}", 'unknown field "day"'],
  ["{dd", 'no "}"'],
  ["[]", "empty choice"],
  ["(A|B", 'no ")"'],
  ["A\\", "backslash"],
  [" ", "must stand there"],
  ["(A|B|C|D|E|F|G|H|I)".repeat(2), "more than 64"],
])("the pattern %j is refused", (pattern, reason) => {
  expect(() => compilePrintGrammar(pattern)).toThrow(reason);
});
