import { z } from "zod";
import type { ChallengeRules } from "../domain/challenge.ts";
import { idPattern, idRule } from "../domain/names.ts";

const seconds = (least: number, most: number, usual: number, description: string) =>
  z.int().min(least).max(most).default(usual).meta({ description });

/** Test pieces of a station, and how often each has to be sent through. */
export const challengeOptions = z
  .strictObject({
    pieces: z
      .array(
        z.strictObject({
          id: z.string().min(1).max(64).meta({ description: "What its code says, or its name, e.g. TEST-METAL-1" }),
          class: z.string().regex(idPattern, idRule).meta({ description: "Defect class that has to be found on it" }),
        }),
      )
      .max(32)
      .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, "two test pieces have the same id")
      .default([])
      .meta({ description: "Test pieces; with none, any may be armed and nothing is ever due" }),
    perShift: z.boolean().default(false).meta({ description: "Each piece once in each shift" }),
    withinMinutes: z
      .int()
      .min(1)
      .max(1_440)
      .default(60)
      .meta({ description: "With perShift: due so long after the shift began" }),
    everyHours: z
      .number()
      .min(0.1)
      .max(168)
      .optional()
      .meta({ description: "Each piece so often; instead of perShift" }),
    aloneSeconds: seconds(
      1,
      30,
      3,
      "Recognised by an empty line: no other unit for so long before and after the piece",
    ),
    validSeconds: seconds(10, 3_600, 300, "How long an armed challenge waits for its piece"),
  })
  .refine(({ perShift, everyHours }) => !(perShift && everyHours !== undefined), {
    message: "give perShift or everyHours, not both",
    path: ["everyHours"],
  });
export type ChallengeOptions = z.output<typeof challengeOptions>;

/** The options as the line runs them. */
export function challengeRules(
  { pieces, perShift, withinMinutes, everyHours, aloneSeconds, validSeconds }: ChallengeOptions,
  defectClasses: readonly string[],
): ChallengeRules {
  const schedule = perShift
    ? ({ every: "shift", withinMs: withinMinutes * 60_000 } as const)
    : everyHours === undefined
      ? undefined
      : ({ every: "interval", ms: everyHours * 3_600_000 } as const);
  return { pieces, defectClasses, schedule, aloneMs: aloneSeconds * 1_000, validMs: validSeconds * 1_000 };
}

/** A piece of a class that the station does not know could never be found. */
export function refuseUnknownPieces(
  {
    challenges: { pieces },
    defectClasses,
  }: { readonly challenges: ChallengeOptions; readonly defectClasses: readonly string[] },
  context: z.RefinementCtx,
): void {
  pieces.forEach(({ class: name }, n) => {
    if (!defectClasses.includes(name))
      context.addIssue({
        code: "custom",
        path: ["challenges", "pieces", n, "class"],
        message: `unknown defect class; add it to defectClasses, or use one of ${defectClasses.join(", ")}`,
      });
  });
}
