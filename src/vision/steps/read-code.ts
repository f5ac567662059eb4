import { z } from "zod";
import type { Zone } from "../../domain/recipe.ts";
import { codeClasses, codeDefect, type ExpectedCode } from "../codes/compare-code.ts";
import { hasCheckDigit } from "../codes/gs1.ts";
import { readCode, readCodeOptions } from "../codes/read-code.ts";
import { readableText, unitIdKinds, unitIdOf } from "../codes/unit-id.ts";
import { boxInPicture, cornersInPicture } from "../placement.ts";
import { defineStep, type Finding } from "../step.ts";

const gtin = z.string().refine(hasCheckDigit, "is no GTIN: 8, 12, 13 or 14 digits with a right check digit");

const options = readCodeOptions.extend({
  zone: z.string().optional().meta({
    description: "Where the code is, its quiet zone included; the whole picture when left out, which takes far longer",
  }),
  margin: z.int().min(0).max(512).default(4).meta({ description: "Looked at around the zone, px of the reference" }),
  expected: z
    .union([
      z.strictObject({ gtin }),
      z.strictObject({ gtins: z.record(z.string().min(1).max(254), gtin) }),
      z.strictObject({ text: z.string().min(1).max(254) }),
    ])
    .optional()
    .meta({
      description:
        "What must stand there: a trade item (`gtin`), the item of the context's SKU (`gtins`: SKU → GTIN; any other SKU is invalid), or an exact content (`text`). Left out, it is only read",
    }),
  unitId: z.enum(unitIdKinds).optional().meta({
    description: "What becomes the UnitId: the serial (21), GTIN.serial, or the whole content",
  }),
  unreadable: z.enum(["fail", "invalid"]).default("fail").meta({
    description: "What a unit is whose code cannot be read; never a pass",
  }),
});

export default defineStep({
  type: "read-code",
  summary:
    "Reads the unit's bar code or matrix code, compares it with the product, and takes the unit's number from it.",
  options,
  zones: ({ zone }) => (zone === undefined ? [] : [zone]),
  classes: () => Object.values(codeClasses),
  async open(given, site) {
    const { openCodeReader } = await import("../codes/code-reader.ts");
    const zone = given.zone === undefined ? undefined : grown(site.zone(given.zone), given.margin);
    const reader = readCode(await openCodeReader(), given);
    return {
      models: [],
      async run({ picture, place, expected }, context): Promise<Finding> {
        const wanted = expectedCode(given.expected, expected.sku);
        if (wanted && "unknown" in wanted) return { invalid: { reason: "noExpectation", detail: wanted.unknown } };
        const box = zone && boxInPicture(place, zone, picture);
        const finding = await reader.run(
          { picture, ...(box && { zone: box }), ...(wanted && { expected: wanted }) },
          context,
        );
        const inZone = given.zone !== undefined && { zone: given.zone };
        if (finding.outcome === "unreadable") {
          const marks = zone
            ? [{ kind: "quad", corners: cornersInPicture(place, zone), label: "no code", isBad: true } as const]
            : [];
          if (given.unreadable === "invalid") {
            const where = given.zone === undefined ? "" : ` in zone ${given.zone}`;
            return { invalid: { reason: "unreadable", detail: `no code can be read${where}` }, marks };
          }
          return { defects: [{ ...codeDefect(finding)!, ...inZone, ...(box && { box }) }], marks };
        }
        const { read } = finding;
        const defect = codeDefect(finding);
        const id = given.unitId && unitIdOf(read, given.unitId);
        const text = readableText(read);
        return {
          ...(defect && { defects: [{ ...defect, ...inZone }] }),
          ...(id !== undefined && { unitId: { id, source: "code" } }),
          texts: { code: text },
          marks: [{ kind: "quad", corners: read.corners, label: text, isBad: defect !== undefined }],
        };
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
});

/** What the unit of this SKU must carry, or why nobody can tell; undefined: nothing is compared. */
function expectedCode(
  expected: z.output<typeof options>["expected"],
  sku: string,
): ExpectedCode | { readonly unknown: string } | undefined {
  if (!expected || !("gtins" in expected)) return expected;
  const known = Object.hasOwn(expected.gtins, sku) ? expected.gtins[sku] : undefined;
  if (known !== undefined) return { gtin: known };
  return {
    unknown:
      sku === ""
        ? "the context names no SKU, so no GTIN can be expected: set Context/Sku"
        : `the recipe names no GTIN for SKU ${sku}: add it under "gtins"`,
  };
}

/** A zone of the reference may be anywhere; what lies outside the picture is cut off later. */
const grown = ([x, y, width, height]: Zone, margin: number): Zone => [
  x - margin,
  y - margin,
  width + 2 * margin,
  height + 2 * margin,
];
