import { existsSync } from "node:fs";
import path from "node:path";
import { codes } from "../../scripts/bench/accuracy/codes.ts";
import { dates } from "../../scripts/bench/accuracy/dates.ts";
import { parseLabels, readSet } from "../../scripts/bench/accuracy/labelled-set.ts";
import { type AccuracyTask, reaches } from "../../scripts/bench/accuracy/task.ts";
import { template } from "../../scripts/bench/accuracy/template.ts";

// Real photographs may be used to judge, not shipped: TALLYLINE_PHOTOGRAPHS names a folder of sets as in docs/measurements.md.
const data = process.env["TALLYLINE_PHOTOGRAPHS"] ?? "";
const isThere = (set: string): boolean => data !== "" && existsSync(path.join(data, set, "labels.csv"));

// What synthetic pictures cannot show: lenses, hands, light. How long it takes is the bench's business.
const sets: readonly (readonly [string, AccuracyTask])[] = [
  ["barcodes", codes],
  ["datecodes", dates],
  ["deeppcb", template],
];
for (const [set, task] of sets)
  (isThere(set) ? test : test.skip)(
    `${set}: every promise of the task "${task.name}" is kept (skipped without TALLYLINE_PHOTOGRAPHS)`,
    async () => {
      const { bars } = await task.run(await readSet(data, set), "");
      expect(bars.filter((bar) => !bar.figure.startsWith("ms ") && !reaches(bar, bar.must))).toEqual([]);
    },
    300_000,
  );

// The figures of a set are only as good as the reading of its labels.
test("labels are read with quotes, commas and line breaks in fields, and empty fields are absent", () => {
  const text = 'file,label,text\r\na.png,good,"one, ""two""\nthree"\nb.png,,\n';
  expect(parseLabels(text)).toEqual([{ file: "a.png", label: "good", text: 'one, "two"\nthree' }, { file: "b.png" }]);
});
