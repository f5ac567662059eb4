import { z } from "zod";
import { codeClasses } from "../codes/compare-code.ts";
import { cutZone, leavesPicture } from "../cut-zone.ts";
import { checkProduct, checkProductOptions, productDefect } from "../likeness/check-product.ts";
import type { Picture } from "../picture.ts";
import { boxInPicture } from "../placement.ts";
import { defineStep, type Finding } from "../step.ts";

const text = z.string().min(1).max(254);

const options = checkProductOptions.extend({
  products: z
    .record(text, z.array(text).min(1).max(16))
    .refine((all) => Object.keys(all).length > 0, "name at least one product")
    .meta({
      description:
        "SKU → pictures of its print, files beside the recipe: the product, and those that it could be mistaken for; 3 ms each",
    }),
  zone: z.string().optional().meta({ description: "Where the print is; the whole picture when left out" }),
  undecided: z.enum(["fail", "invalid"]).default("invalid").meta({
    description: "What a unit is on which too little can be seen, or two products alike; never a pass",
  }),
});

export default defineStep({
  type: "check-product",
  summary: "Tells from the print whether the product of the context's SKU is there, where no code can be seen.",
  options,
  zones: ({ zone }) => (zone === undefined ? [] : [zone]),
  classes: () => [codeClasses.wrongProduct],
  async open({ products, zone: name, undecided, ...given }, site) {
    const { decodePicture } = await import("../model/read-picture.ts");
    const zone = name === undefined ? undefined : site.zone(name);
    const references = new Map<string, readonly Picture[]>();
    for (const [sku, files] of Object.entries(products))
      references.set(
        sku,
        await Promise.all(files.map(async (file) => decodePicture(await site.readFile(file), file, 1))),
      );
    const check = checkProduct(references, given);
    return {
      models: [],
      async run({ picture, place, expected: { sku } }, context): Promise<Finding> {
        if (!references.has(sku)) return { invalid: { reason: "noExpectation", detail: unknownSku(sku) } };
        const unseen = zone && leavesPicture(picture, place, zone, name!);
        if (unseen) return unseen;
        const shown = zone ? cutZone(picture, place, zone) : picture;
        const finding = await check.run({ picture: shown, sku }, context);
        const defect =
          finding.outcome === "undecided" && undecided === "fail"
            ? { class: codeClasses.wrongProduct, confidence: 1 }
            : productDefect(finding);
        if (defect)
          return { defects: [{ ...defect, ...(zone && { zone: name!, box: boxInPicture(place, zone, picture) }) }] };
        const detail = `${finding.shared.get(sku)} corners are shared with ${sku}: too little to tell it from others`;
        return finding.outcome === "undecided" ? { invalid: { reason: "unreadable", detail } } : {};
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
});

const unknownSku = (sku: string): string =>
  sku === ""
    ? "the context names no SKU, so no product can be expected: set Context/Sku"
    : `the recipe has no picture of SKU ${sku}: add it under "products"`;
