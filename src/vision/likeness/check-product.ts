import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { codeClasses } from "../codes/compare-code.ts";
import { toGrey } from "../grey.ts";
import type { Picture } from "../picture.ts";
import type { Task } from "../task.ts";
import { findKeypoints, type Keypoints } from "./keypoints.ts";
import { sharedCorners } from "./match.ts";

/** How prints are compared, as a recipe writes it. */
export const checkProductOptions = z.strictObject({
  corners: z.int().min(50).max(2_000).default(400).meta({
    description: "Corners that are looked at per picture; more find more and take longer (time grows with the square)",
  }),
  leastShared: z.int().min(4).default(10).meta({
    description: "Corners that a picture must share with its product; unrelated pictures share up to 9",
  }),
  lead: z.number().min(1).default(1.35).meta({
    description: "How many times as many as with any other product: variants of one brand share most of their print",
  }),
});
export type CheckProductOptions = z.output<typeof checkProductOptions>;

/** A picture, and the product that should be on it. */
export interface ProductTask {
  readonly picture: Picture;
  readonly sku: string;
}

/** What the check comes to. */
export interface ProductFinding {
  /** `undecided`: too little print to see, or two products alike; never taken for a match. */
  readonly outcome: "match" | "wrongProduct" | "undecided";
  /** Corners shared with the best reference of each product. */
  readonly shared: ReadonlyMap<string, number>;
}

/** Which outcome shared corners mean for a product. Pure, so that one comparison answers for every product. */
export function decideProduct(
  shared: ReadonlyMap<string, number>,
  sku: string,
  { leastShared, lead }: Pick<CheckProductOptions, "leastShared" | "lead">,
): ProductFinding["outcome"] {
  const own = shared.get(sku) ?? 0;
  const other = Math.max(0, ...[...shared].filter(([name]) => name !== sku).map(([, count]) => count));
  if (own >= leastShared && own >= lead * other) return "match";
  return other >= leastShared && other >= lead * own ? "wrongProduct" : "undecided";
}

/**
 * Tells from the print whether the right product is on the picture, where no code can be seen. Compares with pictures of
 * the expected product and of those that it could be mistaken for: about 3 ms per reference, so name the likely ones.
 */
export function checkProduct(
  references: ReadonlyMap<string, readonly Picture[]>,
  options: CheckProductOptions,
): Task<ProductTask, ProductFinding> {
  const find = (picture: Picture): Keypoints => findKeypoints(toGrey(picture), options.corners);
  const known = [...references].map(([sku, pictures]) => [sku, pictures.map(find)] as const);
  return {
    name: "check-product",
    run({ picture, sku }) {
      const corners = find(picture);
      const shared = new Map(
        known.map(([name, pictures]) => [name, Math.max(0, ...pictures.map((p) => sharedCorners(corners, p)))]),
      );
      return { outcome: decideProduct(shared, sku, options), shared };
    },
  };
}

/** The defect that a finding is, if it is one; `undecided` is for the recipe to judge. */
export const productDefect = ({ outcome }: ProductFinding): Defect | undefined =>
  outcome === "wrongProduct" ? { class: codeClasses.wrongProduct, confidence: 1 } : undefined;
