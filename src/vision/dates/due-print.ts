import { z } from "zod";
import type { Expectation } from "../../domain/expectation.ts";
import { compileLotDate } from "./lot-date.ts";
import { daysLater, type ExpectedPrint } from "./printed-date.ts";

const isoDate = z.iso.date();
const days = z.int().min(0).max(36_500);
const lotPattern = z
  .string()
  .min(1)
  .max(64)
  .superRefine((pattern, context) => {
    try {
      compileLotDate(pattern);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as RangeError).message });
    }
  });

/** Options that say what must be printed, as a recipe writes them. */
export const duePrintOptions = {
  bestBefore: z
    .union([
      z.strictObject({ fixed: isoDate }),
      z.strictObject({ days, from: z.literal("production") }),
      z.strictObject({ days, from: z.enum(["lot", "print"]), pattern: lotPattern }),
    ])
    .optional()
    .meta({
      description:
        "The date that must be printed: `fixed`, or so many `days` after production, by the site's calendar (`from: production`), by the date in the context's lot (`from: lot`) or in the printed one (`from: print`), which is written as `pattern` says, e.g. L{yy}{ddd}. Left out, any date passes",
    }),
  lot: z.enum(["any", "same-as-context"]).default("any").meta({
    description: "same-as-context: the context's lot must stand in the print, as a word of its own",
  }),
};
export type DuePrintOptions = z.output<z.ZodObject<typeof duePrintOptions>>;

/** What must be printed on a unit, or why nobody can tell. */
export type DuePrint = { readonly print: ExpectedPrint } | { readonly unknown: string };

/**
 * What the recipe and the production context together say must be printed. Where they do not say it, the answer is why:
 * a print that cannot be compared with what it should be is never right.
 */
export function duePrint({ bestBefore, lot }: DuePrintOptions): (expected: Expectation) => DuePrint {
  const dateDue = dateRule(bestBefore);
  return (expected) => {
    const due = dateDue(expected);
    if ("unknown" in due || lot === "any") return due;
    if (expected.lot === "") return { unknown: "the context names no lot to compare the print with: set Context/Lot" };
    return { print: { ...due.print, lot: expected.lot } };
  };
}

function dateRule(bestBefore: DuePrintOptions["bestBefore"]): (expected: Expectation) => DuePrint {
  if (!bestBefore) return () => ({ print: {} });
  if ("fixed" in bestBefore) return () => ({ print: { date: bestBefore.fixed } });
  const due = (productionDate: string): DuePrint => ({
    print: { productionDate, date: daysLater(productionDate, bestBefore.days) },
  });
  switch (bestBefore.from) {
    case "production":
      return ({ productionDate, clockSynchronized }) => {
        if (!clockSynchronized)
          return {
            unknown: "the production date comes from a clock that is not synchronised: restore its time source",
          };
        return productionDate === "" ? { unknown: "the production date is not known" } : due(productionDate);
      };
    case "lot": {
      const read = compileLotDate(bestBefore.pattern);
      return ({ lot }) => {
        const date = read(lot);
        return date === undefined
          ? { unknown: `the context's lot "${lot}" holds no date as ${bestBefore.pattern} writes it` }
          : due(date);
      };
    }
    case "print": {
      const read = compileLotDate(bestBefore.pattern);
      const dateFrom = (text: string): string | undefined => {
        const date = read(text);
        return date === undefined ? undefined : daysLater(date, bestBefore.days);
      };
      return () => ({ print: { dateFrom } });
    }
  }
}
