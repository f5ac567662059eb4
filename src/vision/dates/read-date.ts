import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { type Box, blur, type Grey, greyPart } from "../grey.ts";
import type { Picture } from "../picture.ts";
import type { Task } from "../task.ts";
import { decodeLattice, type LineReading } from "./ctc-lattice.ts";
import { type LineRecogniser, lineHeight, lineWidthStep } from "./line-recogniser.ts";
import { compilePrintGrammar, type PrintField } from "./print-grammar.ts";
import { dotPitch, measurePrint, type PrintQuality } from "./print-quality.ts";
import { type ContentProblem, contentProblems, type ExpectedPrint, printedDate } from "./printed-date.ts";
import { type Part, type Point, type Quad, rectify, sizeOf } from "./rectify.ts";

const share = z.number().min(0).max(1);

const pattern = z
  .string()
  .min(1)
  .max(200)
  .superRefine((text, context) => {
    try {
      compilePrintGrammar(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as RangeError).message });
    }
  });

/** How a print is read, as a recipe writes it. The limits stand between good and spoiled ink-jet print: docs/measurements.md. */
export const readDateOptions = z.strictObject({
  lines: z
    .array(
      z
        .strictObject({
          pattern: pattern.meta({
            description:
              "What may be printed: {dd} {mm} {yy} {yyyy} {hh} {min} are fields, # a digit, @ a capital letter, [ABC] one of these, (EXP |BB |) one of these texts, everything else itself",
          }),
          top: share.meta({ description: "Where the line begins, share of the zone's height" }),
          bottom: share.meta({ description: "Where it ends" }),
        })
        .refine(({ top, bottom }) => bottom > top, { error: "must end below where it begins" }),
    )
    .min(1)
    .max(4)
    .meta({ description: "Lines of the print from top to bottom" }),
  squeeze: z.number().min(0.2).max(2).default(0.75).meta({
    description:
      "Width of a line for the network, as a share of its true proportions: dot-matrix letters are wide, and half the width takes half the time",
  }),
  dotRows: z.int().min(0).max(32).default(7).meta({
    description: "Dot rows of the print head's character; 0 = not a dot matrix, no search for dead nozzles",
  }),
  minConfidence: share.default(0.6).meta({
    description: "A character must have this share among those allowed at its place",
  }),
  minFit: share.default(0.6).meta({
    description: "A line must be this much like its reading on the whole: an empty place reads as something too",
  }),
  minContrast: share.default(0.3).meta({ description: "Ink against ground" }),
  edgeRatio: z.tuple([z.number().positive(), z.number().positive()]).default([0.3, 2.5]).meta({
    description: "Edges across over edges along the line; a smear leaves this band on one side",
  }),
  minRow: share.default(0.5).meta({ description: "Weakest dot row against its neighbours" }),
});
export type ReadDateOptions = z.output<typeof readDateOptions>;

/** A picture, where its print is, and what must be printed. */
export interface DateTask {
  readonly picture: Picture;
  /** Corners of the print, clockwise from its top left, px. */
  readonly print: Quad;
  readonly expected: ExpectedPrint;
}

/** Everything that can be wrong with a print. */
export type DateProblem = "faded" | "smeared" | "deadNozzle" | "unreadable" | ContentProblem;

/** What a print comes to. It is accepted when `problems` is empty. */
export interface DateFinding {
  /** Best reading per line; undefined where a line cannot be read at all. */
  readonly lines: readonly (LineReading | undefined)[];
  /** All lines as printed, with line breaks. */
  readonly text: string;
  /** `YYYY-MM-DD` or `YYYY-MM`. */
  readonly date?: string;
  /** In the order in which a person would name them: how it is printed, then what it says. */
  readonly problems: readonly DateProblem[];
  readonly quality: PrintQuality;
}

/** Class of each problem in the site's catalogue. */
export const dateClasses: Readonly<Record<DateProblem, string>> = {
  faded: "DATE_FADED",
  smeared: "DATE_SMEARED",
  deadNozzle: "DATE_DOTS_MISSING",
  unreadable: "DATE_UNREADABLE",
  noSuchDate: "DATE_WRONG",
  beforeProduction: "DATE_WRONG",
  otherDate: "DATE_WRONG",
  otherLot: "LOT_WRONG",
};

/** How much is taken above and below a line, share of its height, so that a print may sit a little off; and at its ends, share of the print's width. */
const margin = { beside: 0.25, ends: 0.012 } as const;
/** Joins the dots into strokes, px at the height that the network takes. */
const dotBlur = 1.8;
/** The network's longest line, px. */
const longest = 640;

/**
 * Reads the print under the recipe's grammar and judges it: first how it is printed, then what it says. Nothing is taken
 * for granted because it was expected: the reading is made without the expected date, and then compared with it.
 */
export function readDate(recogniser: LineRecogniser, options: ReadDateOptions): Task<DateTask, DateFinding> {
  const grammars = options.lines.map(({ pattern }) => compilePrintGrammar(pattern));
  return {
    name: "read-date",
    async run({ picture, print, expected }) {
      const around = boxAround(print);
      const grey = greyPart(picture, around);
      if (!grey) return nowhere(options.lines.length);
      const [dx, dy] = [Math.max(0, Math.floor(around[0])), Math.max(0, Math.floor(around[1]))];
      const quad = print.map(([x, y]) => [x - dx, y - dy]) as unknown as Quad;
      const readings: (LineReading | undefined)[] = [];
      const qualities: PrintQuality[] = [];
      for (const [i, { top, bottom }] of options.lines.entries()) {
        const beside = margin.beside * (bottom - top);
        const part: Part = { left: -margin.ends, right: 1 + margin.ends, top: top - beside, bottom: bottom + beside };
        qualities.push(measurePrint(lineFor(grey, quad, part, measuredHeight(options.dotRows)), options.dotRows));
        const line = lineFor(grey, quad, part, lineHeight, options.squeeze, lineWidthStep);
        readings.push(decodeLattice(await recogniser.recognise(blur(line, dotBlur)), grammars[i]!));
      }
      const quality = worst(qualities);
      const text = readings.map((reading) => reading?.text ?? "").join("\n");
      const fields = new Map<PrintField, string>(readings.flatMap((reading) => [...(reading?.fields ?? [])]));
      const date = printedDate(fields);
      const isReadable = readings.every(
        (r) => r !== undefined && r.confidence >= options.minConfidence && r.fit >= options.minFit,
      );
      return {
        lines: readings,
        text,
        ...(date === undefined ? {} : { date }),
        problems: [
          ...printProblems(quality, options),
          ...(isReadable ? contentProblems(date, text, expected) : (["unreadable"] as const)),
        ],
        quality,
      };
    },
  };
}

/** How sure a problem is, 0..1: measured ones are 0.5 at their limit and 1 at the worst, what was read and compared is certain. */
function certainty(problem: DateProblem, { quality }: DateFinding, options: ReadDateOptions): number {
  const beyond = (value: number, limit: number): number => 1 - value / limit / 2;
  const [lowest, highest] = options.edgeRatio;
  switch (problem) {
    case "faded":
      return beyond(quality.contrast, options.minContrast);
    case "smeared":
      return quality.edgeRatio < lowest ? beyond(quality.edgeRatio, lowest) : beyond(highest, quality.edgeRatio);
    case "deadNozzle":
      return beyond(quality.weakestRow, options.minRow);
    default:
      return 1;
  }
}

/** The defects that a finding is, one per class. */
export function dateDefects(finding: DateFinding, options: ReadDateOptions): readonly Defect[] {
  const found = new Map<string, number>();
  for (const problem of finding.problems) {
    const name = dateClasses[problem];
    found.set(name, Math.max(found.get(name) ?? 0, certainty(problem, finding, options)));
  }
  return [...found].map(([name, confidence]) => ({ class: name, confidence }));
}

/** What a zone outside the picture reads as. */
const nowhere = (lines: number): DateFinding => ({
  lines: Array<undefined>(lines).fill(undefined),
  text: "",
  problems: ["unreadable"],
  quality: { contrast: 0, edgeRatio: 1, weakestRow: 1 },
});

/** With room for what is taken beside the print. */
function boxAround(print: Quad): Box {
  const axis = (n: 0 | 1): number[] => print.map((point: Point) => point[n]);
  const [left, right] = [Math.min(...axis(0)), Math.max(...axis(0))];
  const [top, bottom] = [Math.min(...axis(1)), Math.max(...axis(1))];
  const room = margin.beside * (bottom - top) + margin.ends * (right - left) + 2;
  return [left - room, top - room, right - left + 2 * room, bottom - top + 2 * room];
}

/** At `dotPitch` px per dot, margins included. */
const measuredHeight = (dotRows: number): number => Math.round((dotRows || 7) * dotPitch * (1 + 2 * margin.beside));

function lineFor(grey: Grey, print: Quad, part: Part, height: number, proportion = 1, step = 1): Grey {
  const size = sizeOf(print);
  const [across, down] = [size.width * (part.right - part.left), size.height * (part.bottom - part.top)];
  const width = Math.round((height * across * proportion) / Math.max(1, down) / step) * step;
  return rectify(grey, print, part, Math.max(4 * step, Math.min(longest, width)), height);
}

/** Of several lines the worst in each respect; the edges of all together say how smeared the print is. */
function worst(qualities: readonly PrintQuality[]): PrintQuality {
  const all = (key: keyof PrintQuality): number[] => qualities.map((q) => q[key]);
  const ratios = all("edgeRatio");
  return {
    contrast: Math.min(...all("contrast")),
    edgeRatio: Math.exp(ratios.reduce((a, b) => a + Math.log(Math.max(b, 1e-3)), 0) / ratios.length),
    weakestRow: Math.min(...all("weakestRow")),
  };
}

function printProblems(
  { contrast, edgeRatio, weakestRow }: PrintQuality,
  { minContrast, edgeRatio: [lowest, highest], minRow, dotRows }: ReadDateOptions,
): readonly DateProblem[] {
  const problems: DateProblem[] = [];
  if (contrast < minContrast) problems.push("faded");
  if (edgeRatio < lowest || edgeRatio > highest) problems.push("smeared");
  // In a faint or smeared print the rows say nothing.
  if (dotRows > 0 && weakestRow < minRow && problems.length === 0) problems.push("deadNozzle");
  return problems;
}
