import { elementsOf } from "./compare-code.ts";
import { gtin14 } from "./gs1.ts";
import type { AcceptedRead } from "./read-cascade.ts";

/** What of a code is the unit's own number. */
export const unitIdKinds = ["serial", "sgtin", "text"] as const;
export type UnitIdKind = (typeof unitIdKinds)[number];

/**
 * The unit's own number: its serial (21), `<GTIN of 14 digits>.<serial>` (sgtin), or the whole content; undefined where
 * the code holds none.
 */
export function unitIdOf(read: Pick<AcceptedRead, "text" | "isGs1">, kind: UnitIdKind): string | undefined {
  if (kind === "text") return readableText(read);
  const elements = elementsOf(read);
  const [serial, gtin] = [elements?.get("21"), gtin14(elements?.get("01") ?? "")];
  if (serial === undefined || kind === "serial") return serial;
  return gtin === undefined ? undefined : `${gtin}.${serial}`;
}

/** The content for a person: GS1 elements with their identifiers in brackets, anything else as it stands in the symbol, control characters as blanks. */
export function readableText(read: Pick<AcceptedRead, "text" | "isGs1">): string {
  const elements = elementsOf(read);
  return elements ? [...elements].map(([ai, value]) => `(${ai})${value}`).join("") : read.text.replace(/\p{Cc}/gu, " ");
}
