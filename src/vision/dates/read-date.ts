import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { blur, type Grey, toGrey } from "../grey.ts";
import type { Picture } from "../picture.ts";
import type { Task } from "../task.ts";
import { decodeLattice, type LineReading } from "./ctc-lattice.ts";
import { type LineRecogniser, lineHeight, lineWidthStep } from "./line-recogniser.ts";
import { compilePrintGrammar, type PrintField } from "./print-grammar.ts";
import { dotPitch, measurePrint, type PrintQuality } from "./print-quality.ts";
import { type ContentProblem, contentProblems, type ExpectedPrint, printedDate } from "./printed-date.ts";
import { type Part, type Quad, rectify, sizeOf } from "./rectify.ts";

const share = z.number().min(0).max(1);

/** Options of the step, as a recipe writes them. The limits stand between good and spoiled ink-jet print: docs/measurements.md. */
export const readDateOptions = z.strictObject({
  /** Lines of the print from top to bottom. */
  lines: z
    .array(
      z
        .strictObject({
          /** What may be printed: see `compilePrintGrammar`. */
          pattern: z.string().min(1).max(200),
          /** Where the line begins and ends, share of the print's height. */
          top: share,
          bottom: share,
        })
        .refine(({ top, bottom }) => bottom > top, { error: "must end below where it begins" })
        .superRefine(({ pattern }, context) => {
          try {
            compilePrintGrammar(pattern);
          } catch (error) {
            context.addIssue({ code: "custom", message: (error as RangeError).message, path: ["pattern"] });
          }
        }),
    )
    .min(1)
    .max(4),
  /** Dot rows of the print head's character; 0 = not a dot matrix, no search for dead nozzles. */
  dotRows: z.int().min(0).max(32).default(7),
  /** A character must have this share among those allowed at its place. */
  minConfidence: share.default(0.6),
  /** A line must be this much like its reading on the whole: an empty place reads as something too. */
  minFit: share.default(0.6),
  /** Ink against ground. */
  minContrast: share.default(0.3),
  /** Edges across over edges along the line; a smear leaves this band on one side. */
  edgeRatio: z.tuple([z.number().positive(), z.number().positive()]).default([0.3, 2.5]),
  /** Weakest dot row against its neighbours. */
  minRow: share.default(0.5),
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
/** Width of the line for the network, as a share of its true proportions: dot-matrix letters are wide. */
const squeeze = 0.75;
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
      const grey = toGrey(picture);
      const readings: (LineReading | undefined)[] = [];
      const qualities: PrintQuality[] = [];
      for (const [i, { top, bottom }] of options.lines.entries()) {
        const beside = margin.beside * (bottom - top);
        const part: Part = { left: -margin.ends, right: 1 + margin.ends, top: top - beside, bottom: bottom + beside };
        qualities.push(measurePrint(lineFor(grey, print, part, measuredHeight(options.dotRows)), options.dotRows));
        const line = lineFor(grey, print, part, lineHeight, squeeze, lineWidthStep);
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

/** The defects that a finding is, one per class. */
export function dateDefects({ problems, lines }: DateFinding): readonly Defect[] {
  const confidence = Math.min(1, ...lines.map((line) => line?.confidence ?? 0));
  return [...new Set(problems.map((problem) => dateClasses[problem]))].map((name) => ({ class: name, confidence }));
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
