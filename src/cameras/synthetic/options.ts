import { z } from "zod";

/** What can be wrong with a synthetic unit; the names are the defect classes of the demo's catalogue. */
export const syntheticDefects = [
  "LABEL_OFFSET",
  "LABEL_MISSING",
  "WRONG_LABEL",
  "SEAL_TORN",
  "CONTAMINATION",
  "DATE_CODE",
  "CODE_UNREADABLE",
  "WRONG_PRODUCT",
] as const;
export type SyntheticDefect = (typeof syntheticDefects)[number];

/**
 * What can be wrong with the camera itself. `dark` = the lamp is off, `torn` = the lower rows come from another moment,
 * `wrongSize` = half the resolution, `gone` = it answers no trigger.
 */
export const syntheticFaults = [
  "covered",
  "blurred",
  "overexposed",
  "dark",
  "frozen",
  "torn",
  "wrongSize",
  "gone",
] as const;
export type SyntheticFault = (typeof syntheticFaults)[number];

/** Defects of what a test piece carries a code of its own over. */
const testPieceDefects = syntheticDefects.filter((d) => d !== "CODE_UNREADABLE" && d !== "WRONG_PRODUCT");

const rate = z.number().min(0).max(1);

export const syntheticOptions = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(4_294_967_295)
    .default(1)
    .meta({ description: "The same seed gives the same units, byte for byte" }),
  defectRate: rate.default(0.03).meta({ description: "Share of the present units that have a defect, 0..1" }),
  absentRate: rate.default(0.005).meta({ description: "Share of triggers with an empty belt, 0..1" }),
  cameraFaultRate: rate
    .default(0)
    .meta({ description: "Probability per unit that a camera fault of 5 to 40 units begins, 0..1; 0 = never" }),
  faults: z
    .array(
      z.strictObject({
        fault: z.enum(syntheticFaults),
        fromUnit: z.int().min(1).meta({ description: "First unit seen wrongly; units count from 1 at each start" }),
        units: z.int().min(1).meta({ description: "For so many units" }),
      }),
    )
    .default([])
    .meta({
      description: "Planned camera faults, besides the random ones; of overlapping ones the first in the list counts",
    }),
  bursts: z
    .array(
      z.strictObject({
        defect: z.enum(syntheticDefects),
        fromUnit: z.int().min(1).meta({ description: "First unit of the run; units count from 1 at each start" }),
        units: z.int().min(1).meta({ description: "For so many units" }),
      }),
    )
    .default([])
    .meta({ description: "Planned runs of one defect, as a machine makes them that has gone wrong" }),
  testPieces: z
    .array(
      z.strictObject({
        unit: z.int().min(1).meta({ description: "Comes as this unit; units count from 1 at each start" }),
        code: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,18}$/, "use 1 to 18 letters, digits, dots, hyphens or underscores")
          .meta({ description: "What its DataMatrix says instead of GTIN and serial, e.g. TEST-METAL-1" }),
        defect: z.enum(testPieceDefects).meta({ description: "What is wrong with it, and nothing else is" }),
      }),
    )
    .default([])
    .meta({
      description:
        "Planned test pieces, put on the belt to prove that the inspection finds them, whatever the rates say",
    }),
  only: z.enum(syntheticDefects).optional().meta({ description: "Makes every defect one of this class" }),
  goodOnly: z.boolean().default(false).meta({
    description: "Good units only, whatever the rates say: for teaching. Planned faults and test pieces still come",
  }),
  prerendered: z
    .int()
    .min(0)
    .max(256)
    .refine((count) => count !== 1, "use 2 or more, or 0: one picture alone would look like a frozen camera")
    .default(0)
    .meta({
      description:
        "For load tests: so many pictures (1 MB each) are drawn when the camera opens, and unit u shows number 1 + (u − 1) mod n with its serial; camera faults come by unit as ever; 0 = each unit is drawn at its trigger",
    }),
});
export type SyntheticOptions = z.output<typeof syntheticOptions>;
