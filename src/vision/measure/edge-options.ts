import { z } from "zod";
import { sides } from "../edges/edge-model.ts";
import { limit } from "./limit-options.ts";

/** An edge of the unit or on it, e.g. of a seal, or of what it is filled with. */
export const edgeOptions = z.strictObject({
  edge: z
    .string()
    .meta({ description: "Zone along one side of which the edge lies in the reference picture, within 10 px" }),
  side: z.enum(sides).meta({ description: "Which side; what is beyond it is outside" }),
  reachMm: z.number().positive().max(500).default(8).meta({ description: "How far off its place it is looked for" }),
  nearMm: z
    .number()
    .positive()
    .max(500)
    .default(1.5)
    .meta({ description: "Where it lies farther off than that there is a gap" }),
  limits: z
    .strictObject({ shift_mm: limit.optional(), straightness_mm: limit.optional(), gap_mm: limit.optional() })
    .default({})
    .meta({
      description:
        "How far the edge as a whole may lie off its place to either side, how far it may stray from a straight line (root mean square), how long a gap in it may be",
    }),
});
