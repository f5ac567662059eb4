import path from "node:path";
import { openLineRecogniser } from "../../../src/vision/dates/line-recogniser.ts";
import { readDate, readDateOptions } from "../../../src/vision/dates/read-date.ts";
import type { Quad } from "../../../src/vision/dates/rectify.ts";
import { readPicture } from "../../../src/vision/model/read-picture.ts";
import { confusionPlot } from "../../../src/vision/model-tools/plots/confusion-plot.ts";
import type { Label } from "./labelled-set.ts";
import { type AccuracyTask, type Bar, stopwatch } from "./task.ts";

/** `168 247;527 209;552 305;182 347` */
const quadOf = (text: string): Quad =>
  text.split(";").map((point) => point.trim().split(" ").map(Number)) as unknown as Quad;

/** The recipe of the print: what the printer is set to, in the format that the set names for an image. */
function recipeFor(format: string) {
  const date = format.replace(/yyyy|yy|mm|dd/g, (field) => `{${field}}`);
  return readDateOptions.parse({
    lines: [
      { pattern: `(BEST BEFORE |BB |EXP |)${date}`, top: 0.01, bottom: 0.365 },
      { pattern: "L####[ABC] {hh}:{min}", top: 0.495, bottom: 0.865 },
    ],
  });
}

/** The production context's date where the printed one is wrong or missing: any later date would do. */
function plausibleDate(productionDate: string): string {
  const date = new Date(`${productionDate}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 240);
  return date.toISOString().slice(0, 10);
}

interface ClassRow {
  images: number;
  accepted: number;
  exactDate: number;
  exactText: number;
  readonly problems: Record<string, number>;
}

/** Reads each print without knowing what it says, then compares it with its production context. */
export const dates: AccuracyTask = {
  name: "dates",
  fits: ({ labels }) =>
    labels.some((l) => l.best_before !== undefined && l.quad !== undefined && l.symbology === undefined),
  async run({ name, folder, labels }) {
    await using recogniser = await openLineRecogniser();
    const context = { signal: new AbortController().signal, now: () => performance.now() };
    const printed = labels.filter((l) => l.symbology === undefined && l.production_date !== undefined);
    const quads = printed.flatMap((l) => (l.quad ? [quadOf(l.quad)] : []));
    // Where nothing is printed the recipe's zone says where to look.
    const zone = [0, 1, 2, 3].map((i) =>
      [0, 1].map((axis) => quads.reduce((sum, q) => sum + q[i]![axis]!, 0) / quads.length),
    ) as unknown as Quad;
    const watch = stopwatch();
    const perClass = new Map<string, ClassRow>();
    const rowOf = (name: string): ClassRow => {
      const row = perClass.get(name) ?? { images: 0, accepted: 0, exactDate: 0, exactText: 0, problems: {} };
      perClass.set(name, row);
      return row;
    };
    const details: string[] = [];
    let wrongAccepted = 0;
    let unexpectedOnly = 0;
    for (const label of printed) {
      const picture = await readPicture(path.join(folder, label.file), 1);
      const step = readDate(recogniser, recipeFor(label.date_format ?? "dd.mm.yyyy"));
      const expected = expectedOf(label);
      const print = label.quad ? quadOf(label.quad) : zone;
      const finding = await watch.measure(async () => step.run({ picture, print, expected }, context));
      const isAccepted = finding.problems.length === 0;
      const isExactDate = finding.date !== undefined && finding.date === label.best_before;
      const isExactText = finding.text === label.text?.replaceAll("|", "\n");
      const row = rowOf(label.defect_class ?? "good");
      row.images += 1;
      row.accepted += Number(isAccepted);
      row.exactDate += Number(isExactDate);
      row.exactText += Number(isExactText);
      for (const problem of finding.problems) row.problems[problem] = (row.problems[problem] ?? 0) + 1;
      if (isAccepted && !isExactDate) wrongAccepted += 1;
      if (finding.problems.every((p) => p === "otherDate") && !isExactDate) unexpectedOnly += 1;
      if (isAccepted !== (label.label === "good") || (label.label === "good" && !isExactText))
        details.push(`${label.file}: ${finding.text.replace("\n", "|")} ${finding.problems.join(",") || "accepted"}`);
    }
    const good = rowOf("good");
    const none = (figure: string, value: number): Bar => ({ figure, value, must: 0, isCeiling: true });
    return {
      task: "dates",
      set: name,
      bars: [
        { figure: "good dates read exactly, share", value: good.exactDate / good.images, must: 1 },
        { figure: "good full texts read exactly, share", value: good.exactText / good.images, must: 0.95 },
        ...["faded", "smear", "missing", "wrong_date"].map((c) => none(`${c} accepted`, rowOf(c).accepted)),
        {
          figure: "dropout accepted, share",
          value: rowOf("dropout").accepted / Math.max(1, rowOf("dropout").images),
          must: 0.4,
          aim: 0,
          isCeiling: true,
        },
        none("accepted with another date than printed", wrongAccepted),
        { figure: "ms per image, p50", value: watch.p50, must: 130, isCeiling: true },
      ],
      figures: {
        perClass: Object.fromEntries(perClass),
        misreadAndOnlyStoppedByTheExpectedDate: unexpectedOnly,
        ms: watch.figures,
        details,
      },
      plots: {
        confusion: confusionPlot(
          `${name}: prints of each kind, and what was found (one print may have several)`,
          Object.fromEntries([...perClass].map(([c, { accepted, problems }]) => [c, { accepted, ...problems }])),
        ),
      },
    };
  },
};

const expectedOf = ({ defect_class, best_before, production_date = "", lot }: Label) => ({
  date: defect_class === "wrong_date" || best_before === undefined ? plausibleDate(production_date) : best_before,
  productionDate: production_date,
  ...(lot === undefined ? {} : { lot }),
});
