import { z } from "zod";
import { degrees } from "../locate/degrees.ts";
import type { Located } from "../locate/located.ts";
import type { Picture } from "../picture.ts";
import { cornersInPicture } from "../placement.ts";
import { RecipeError } from "../recipe-error.ts";
import { defineStep, type Finding, type StepSite } from "../step.ts";

const zoneName = z.string();

const options = z.strictObject({
  reference: z.string().meta({
    description: "Picture of a good unit beside the recipe, upright and in its place: the zones are drawn on it",
  }),
  by: z
    .union([
      z.strictObject({
        outline: zoneName.meta({ description: "Zone whose four sides are the unit's own, within 10 px" }),
      }),
      z.strictObject({
        fiducials: z.array(zoneName).min(2).max(16).meta({
          description:
            "Zones with marks that every unit has in the same place, far apart; an empty place is mislocated too, unless a step before says that nothing is there",
        }),
      }),
    ])
    .meta({ description: "What tells where the unit lies" }),
  reachPx: z.number().min(2).max(256).default(24).meta({ description: "How far a unit may lie off to be found" }),
  maxShiftPx: z.number().positive().max(256).default(16).meta({ description: "Farther off it is mislocated" }),
  maxTurnDeg: z.number().positive().max(10).default(4).meta({ description: "Turned more it is mislocated" }),
  maxResidualPx: z
    .number()
    .positive()
    .max(20)
    .default(1)
    .meta({ description: "Agreeing worse with the reference it is mislocated" }),
});
type Options = z.output<typeof options>;

export default defineStep({
  type: "locate",
  summary: "Finds where the unit lies: turned and shifted against the reference picture.",
  locates: true,
  options,
  zones: ({ by }) => ("outline" in by ? [by.outline] : by.fiducials),
  async open(given, site) {
    const { readReference, unlike } = await import("../reference-picture.ts");
    const reference = await readReference(site, given.reference);
    const method = await openMethod(given, site, reference);
    const box = "outline" in given.by ? site.zone(given.by.outline) : undefined;
    return {
      models: [],
      run({ picture }): Finding {
        const odd = unlike(reference, picture);
        if (odd) return odd;
        const located = method.locate(picture);
        if (located.kind === "absent") return { absent: { confidence: located.confidence } };
        if (located.kind === "lost") return mislocated(located.detail);
        const measures = measuresOf(located, site.scale);
        const beyond = beyondLimits(located, given);
        if (beyond) return { ...mislocated(beyond), measures };
        const { place } = located;
        const marks = box && [
          { kind: "quad", corners: cornersInPicture(place, box), label: "unit", isBad: false } as const,
        ];
        return { place, measures, ...(marks && { marks }) };
      },
      async [Symbol.asyncDispose]() {
        method[Symbol.dispose]();
      },
    };
  },
});

type Found = Extract<Located, { kind: "found" }>;
type Method = Disposable & { locate(picture: Picture): Located };

async function openMethod(
  { by, reachPx, reference: name }: Options,
  site: StepSite,
  reference: Picture,
): Promise<Method> {
  const { zoneOn } = await import("../reference-picture.ts");
  if ("outline" in by) {
    const { createOutline } = await import("../locate/outline.ts");
    const locate = createOutline(reference, zoneOn(reference, site, by.outline), reachPx);
    if (locate) return { locate, [Symbol.dispose]: () => undefined };
    throw new RecipeError(
      `Camera ${site.cameraId}: along zone "${by.outline}" of ${name} unit and background cannot be told apart. Draw its sides on the unit's own, within 10 px, with background all round; or locate by fiducials.`,
    );
  }
  const [{ openCv }, { createFiducials }, { greyOf }] = await Promise.all([
    import("../opencv/open-cv.ts"),
    import("../locate/fiducials.ts"),
    import("../locate/grey-of.ts"),
  ]);
  const { cv } = await openCv();
  const marks = by.fiducials.map((mark) => ({ name: mark, zone: zoneOn(reference, site, mark) }));
  const fiducials = createFiducials(cv, greyOf(reference), marks, reachPx);
  return {
    locate: (picture) => fiducials.locate(greyOf(picture)),
    [Symbol.dispose]: () => fiducials[Symbol.dispose](),
  };
}

const mislocated = (detail: string): Finding => ({ invalid: { reason: "mislocated", detail, ends: true } });

function beyondLimits(
  { dx, dy, turn, residual }: Found,
  { maxShiftPx, maxTurnDeg, maxResidualPx }: Options,
): string | undefined {
  const limits: readonly (readonly [string, number, number, string])[] = [
    ["shifted by", Math.hypot(dx, dy), maxShiftPx, "px"],
    ["turned by", Math.abs(degrees(turn)), maxTurnDeg, "°"],
    ["unlike the reference by", residual, maxResidualPx, "px"],
  ];
  return (
    limits
      .filter(([, value, limit]) => !(value <= limit))
      .map(([what, value, limit, unit]) => `${what} ${value.toFixed(2)} ${unit}, at most ${limit}`)
      .join("; ") || undefined
  );
}

function measuresOf({ dx, dy, turn, residual }: Found, scale: number | undefined): Readonly<Record<string, number>> {
  const shift =
    scale === undefined ? { place_dx_px: dx, place_dy_px: dy } : { place_dx_mm: dx * scale, place_dy_mm: dy * scale };
  return { ...shift, place_turn_deg: degrees(turn), place_residual_px: residual };
}
