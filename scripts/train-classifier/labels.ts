import type { UnitTruth } from "../../src/cameras/synthetic/unit-truth.ts";

/** What is to be learned of one picture. */
export interface Label {
  /** Classes that show, ABSENT for an empty belt; empty for a good unit. */
  readonly classes: readonly string[];
  /** `[x, y, width, height]` of what is small, px of the full picture. */
  readonly boxes: readonly { readonly class: string; readonly box: readonly number[] }[];
}

/** Defects that have a place: the network is told where, which teaches it small ones sooner. */
const placed = new Set(["SEAL_TORN", "CONTAMINATION", "CODE_UNREADABLE", "DATE_CODE"]);

/** What a picture shows. A wrong date or product that is printed well shows only to who reads it, and counts as good here. */
export function labelOf({ absent, defects }: Pick<UnitTruth, "absent" | "defects">): Label {
  const shown = defects.filter((d) => d.class !== "WRONG_PRODUCT" && !(d.class === "DATE_CODE" && d.kind === "wrong"));
  return {
    classes: absent ? ["ABSENT"] : shown.map((d) => d.class),
    boxes: shown.flatMap((d) => (placed.has(d.class) ? [{ class: d.class, box: d.box }] : [])),
  };
}
