import { z } from "zod";
import { idPattern, idRule } from "../../domain/names.ts";

export const defectClass = z.string().regex(idPattern, idRule);

/** What a quantity may be at most, and what it is called beyond. */
export const limit = z.strictObject({ max: z.number().positive(), class: defectClass });
