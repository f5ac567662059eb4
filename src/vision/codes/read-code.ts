import { z } from "zod";
import { type Box, greyPart } from "../grey.ts";
import type { Picture } from "../picture.ts";
import type { Task } from "../task.ts";
import { type CodeReader, type Symbology, symbologies } from "./code-reader.ts";
import { type CodeFinding, compareCode, type ExpectedCode, isExpectedCode } from "./compare-code.ts";
import { readCascade } from "./read-cascade.ts";

const names = Object.keys(symbologies) as [Symbology, ...Symbology[]];

/** How a code is read, as a recipe writes it. */
export const readCodeOptions = z.strictObject({
  symbologies: z.array(z.enum(names)).min(1).default(names).meta({
    description: "Symbologies that may stand there; fewer are quicker",
  }),
  budgetMs: z.number().positive().default(150).meta({ description: "No further attempt begins after this, ms" }),
});
export type ReadCodeOptions = z.output<typeof readCodeOptions>;

/** A picture, and the code that its unit should carry. */
export interface CodeTask {
  readonly picture: Picture;
  /** Where to look, px; the whole picture without it. A tight zone is quicker and reads more. */
  readonly zone?: Box;
  /** From the recipe or the production context; without it a read is only reported. */
  readonly expected?: ExpectedCode;
}

/**
 * Reads the unit's code and compares it with the expected one. Answers also when nothing is there: an unreadable code is
 * a finding, not an error. A zone outside the picture reads as nothing.
 */
export const readCode = (
  reader: CodeReader,
  { symbologies: wanted, budgetMs }: ReadCodeOptions,
): Task<CodeTask, CodeFinding> => ({
  name: "read-code",
  async run({ picture, zone = [0, 0, picture.width, picture.height], expected }, { now }) {
    const part = greyPart(picture, zone);
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
    const [dx, dy] = [Math.max(0, Math.floor(zone[0])), Math.max(0, Math.floor(zone[1]))];
    const reads = result.reads.map(({ box: [x, y, w, h], corners, ...read }) => ({
      ...read,
      box: [x + dx, y + dy, w, h] as const,
      corners: corners.map((corner) => ({ x: corner.x + dx, y: corner.y + dy })),
    }));
    return compareCode({ ...result, reads }, expected);
  },
});
