import { z } from "zod";
import { defectClass, limit } from "./limit-options.ts";

/** A part that is stuck, printed or put on the unit, e.g. a label. */
export const partOptions = z.strictObject({
  part: z.string().meta({ description: "Zone that holds the part in the reference picture" }),
  reachMm: z.number().positive().max(500).default(10).meta({ description: "How far it may lie off to be found" }),
  alike: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.65)
    .meta({ description: "Correlation with the reference below which it is not this part" }),
  bare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.6)
    .meta({ description: "Contrast, as a share of the reference's, below which nothing is there at all" }),
  missing: defectClass.optional().meta({
    description:
      "Class where nothing is there; left out, that of `wrong`, else that of a limit, else the unit is invalid",
  }),
  wrong: defectClass
    .optional()
    .meta({ description: "Class where something else is there; that of missing when left out" }),
  limits: z
    .strictObject({ offset_mm: limit.optional(), turn_deg: limit.optional() })
    .default({})
    .meta({ description: "How far it may lie off its place, how far it may be turned" }),
});
