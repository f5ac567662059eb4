import { drawsFor } from "./random.ts";

/** The product of the synthetic line: a GTIN-14 of the prefix that GS1 keeps for demonstrations (952). */
export const productGtin = "09521234500018";
/** What the bag maker's other rolls of film carry. */
export const otherGtins = ["09521234500025", "09521234500032", "09521234500049"] as const;

const serials = 100_000_000;

/** The GS1 element string on unit n, as a reader tells it: GTIN (01), then a serial of 8 digits (21) that no other unit of the seed has. */
export function elementString(seed: number, unit: number, gtin: string): string {
  // A factor that shares none with 10⁸ takes each serial once before any comes again.
  const serial = (drawsFor(seed, 0, 10).int(0, serials - 1) + ((unit % serials) + serials) * 7_654_321) % serials;
  return `01${gtin}21${String(serial).padStart(8, "0")}`;
}
