import type { Placement } from "../placement.ts";

/** Where a unit was found, or why not. */
export type Located =
  | {
      readonly kind: "found";
      readonly place: Placement;
      /** Of the middle of what was looked for, px. */
      readonly dx: number;
      readonly dy: number;
      /** rad, clockwise. */
      readonly turn: number;
      /** How well what was seen agrees with the reference, px. */
      readonly residual: number;
    }
  | { readonly kind: "absent"; readonly confidence: number }
  | { readonly kind: "lost"; readonly detail: string };
