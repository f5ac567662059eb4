import { z } from "zod";
import { cut, toGrey } from "../grey.ts";
import type { Picture } from "../picture.ts";
import type { Task } from "../task.ts";
import { type CodeReader, type Symbology, symbologies } from "./code-reader.ts";
import { type CodeFinding, compareCode, type ExpectedCode, isExpectedCode } from "./compare-code.ts";
import { readCascade } from "./read-cascade.ts";

const names = Object.keys(symbologies) as [Symbology, ...Symbology[]];

/** Options of the step, as a recipe writes them. */
export const readCodeOptions = z.strictObject({
  /** `[x, y, width, height]` in px; the whole picture without it. A tight zone is quicker and reads more. */
  zone: z.tuple([z.int().min(0), z.int().min(0), z.int().min(8), z.int().min(8)]).optional(),
  /** Symbologies that may stand there; fewer are quicker. */
  symbologies: z.array(z.enum(names)).min(1).default(names),
  /** No further attempt begins after this, ms. */
  budgetMs: z.number().positive().default(150),
});
export type ReadCodeOptions = z.output<typeof readCodeOptions>;

/** A picture, and the code that its unit should carry. */
export interface CodeTask {
  readonly picture: Picture;
  /** From the recipe or the production context; without it a read is only reported. */
  readonly expected?: ExpectedCode;
}

/**
 * Reads the unit's code and compares it with the expected one. Answers also when nothing is there: an unreadable code is
 * a finding, not an error. A zone outside the picture reads as nothing.
 */
export const readCode = (
  reader: CodeReader,
  { zone, symbologies: wanted, budgetMs }: ReadCodeOptions,
): Task<CodeTask, CodeFinding> => ({
  name: "read-code",
  async run({ picture, expected }, { now }) {
    const whole = toGrey(picture);
    const part = zone ? cut(whole, zone) : whole;
    if (!part) return { outcome: "unreadable", doubtful: [] };
    const result = await readCascade(
      reader,
      part,
      {
        symbologies: wanted,
        budgetMs,
        ...(expected ? { isExpected: (read) => isExpectedCode(read, expected) } : {}),
      },
      now,
    );
    const [dx, dy] = zone ?? [0, 0];
    const reads = result.reads.map(({ box: [x, y, w, h], ...read }) => ({
      ...read,
      box: [x + dx, y + dy, w, h] as const,
    }));
    return compareCode({ ...result, reads }, expected);
  },
});
