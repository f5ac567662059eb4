import { z } from "zod";
import { idPattern, idRule } from "../../domain/names.ts";
import { duePrint, duePrintOptions } from "../dates/due-print.ts";
import { type DateFinding, dateClasses, dateDefects, readDate, readDateOptions } from "../dates/read-date.ts";
import type { Quad } from "../dates/rectify.ts";
import { boxInPicture, cornersInPicture } from "../placement.ts";
import { defineStep, type Finding } from "../step.ts";

const options = readDateOptions.extend({
  zone: z.string().meta({ description: "Where the print is, upright on the located unit" }),
  ...duePrintOptions,
  unreadable: z.enum(["fail", "invalid"]).default("fail").meta({
    description: "What a print is that cannot be read; never a pass",
  }),
  class: z.string().regex(idPattern, idRule).optional().meta({
    description:
      "One class for whatever is wrong with the print; left out: DATE_FADED, DATE_SMEARED, DATE_DOTS_MISSING, DATE_UNREADABLE, DATE_WRONG, LOT_WRONG",
  }),
});

export default defineStep({
  type: "read-date",
  summary: "Reads best-before date and lot, judges how they are printed, and compares them with what must be printed.",
  options,
  zones: ({ zone }) => [zone],
  classes: ({ class: only }) => [...new Set(only === undefined ? Object.values(dateClasses) : [only])],
  async open(given, site) {
    const { openLineRecogniser } = await import("../dates/line-recogniser.ts");
    const zone = site.zone(given.zone);
    const due = duePrint(given);
    const recogniser = await openLineRecogniser();
    const reader = readDate(recogniser, given);
    return {
      models: [],
      async run({ picture, place, expected }, context): Promise<Finding> {
        const corners = cornersInPicture(place, zone);
        const wanted = due(expected);
        const finding = await reader.run(
          {
            picture,
            print: corners.map(({ x, y }) => [x, y]) as unknown as Quad,
            expected: "print" in wanted ? wanted.print : {},
          },
          context,
        );
        const isInvalid = given.unreadable === "invalid" && finding.problems.includes("unreadable");
        const counted = isInvalid
          ? { ...finding, problems: finding.problems.filter((problem) => problem !== "unreadable") }
          : finding;
        const box = boxInPicture(place, zone, picture);
        const defects = dateDefects(counted, given).map((defect) => ({
          ...defect,
          class: given.class ?? defect.class,
          zone: given.zone,
          box,
        }));
        return {
          ...(isInvalid && {
            invalid: { reason: "unreadable", detail: `the print in zone ${given.zone} cannot be read` },
          }),
          ...("unknown" in wanted && { invalid: { reason: "noExpectation", detail: wanted.unknown } }),
          ...(defects.length > 0 && { defects: given.class === undefined ? defects : [surest(defects)] }),
          texts: textsOf(finding),
          marks: [{ kind: "quad", corners, label: labelOf(finding), isBad: finding.problems.length > 0 }],
        };
      },
      [Symbol.asyncDispose]: () => recogniser[Symbol.asyncDispose](),
    };
  },
});

const surest = <D extends { readonly confidence: number }>(defects: readonly D[]): D =>
  defects.reduce((best, defect) => (defect.confidence > best.confidence ? defect : best));

/** A date stands there only when its print could be read. */
const textsOf = ({ date, text, problems }: DateFinding): Readonly<Record<string, string>> => ({
  ...(date !== undefined && !problems.includes("unreadable") && { date }),
  text,
});

const labelOf = ({ text, problems }: DateFinding): string => [text.replaceAll("\n", " "), ...problems].join(" ").trim();
