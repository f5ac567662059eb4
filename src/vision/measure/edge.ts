import type { z } from "zod";
import type { Zone } from "../../domain/recipe.ts";
import { readCaliper } from "../edges/caliper.ts";
import { alongSide, learnEdges } from "../edges/edge-model.ts";
import { boxInPicture, cornersInPicture } from "../placement.ts";
import { RecipeError } from "../recipe-error.ts";
import { zoneOn } from "../reference-picture.ts";
import { edgeLine } from "./edge-line.ts";
import type { edgeOptions } from "./edge-options.ts";
import { overLimits, overLimitText } from "./limits.ts";
import type { OpenMeasure } from "./measure.ts";
import { notFound } from "./not-found.ts";

/** Distance of the calipers, px. */
const pitch = 4;
/** How far the edge may lie off the zone's side in the reference picture, px. */
const drawnWithin = 10;
/** They keep off both ends, px. */
const keepOff = 6;

/** Where an edge lies against the reference picture, how straight it is, and how long the gaps in it are. */
export const openEdge: OpenMeasure<z.output<typeof edgeOptions>> = (name, given, { site, reference }) => {
  const mmPerPx = site.mmPerPx();
  const model = learnEdges(
    reference,
    alongSide(zoneOn(reference, site, given.edge), given.side, pitch, keepOff),
    drawnWithin,
  );
  if (!model)
    throw new RecipeError(
      `Camera ${site.cameraId}, measure ${name}: there is no edge along the ${given.side} of zone "${given.edge}" in the reference picture. Draw the zone so that this side lies on the edge, within 10 px.`,
    );
  const { contrast, calipers } = model;
  const [reach, near] = [Math.ceil(given.reachMm / mmPerPx), given.nearMm / mmPerPx];
  const around = (first: number, count: number): Zone => {
    const of = calipers.slice(first, first + count);
    const [xs, ys] = [of.map((c) => c.at.x), of.map((c) => c.at.y)];
    const [x, y] = [Math.min(...xs) - pitch, Math.min(...ys) - pitch];
    return [x, y, Math.max(...xs) + pitch - x, Math.max(...ys) + pitch - y];
  };
  return {
    take({ picture, place }) {
      const readings = calipers.map((caliper) => readCaliper(picture, place, contrast, caliper, reach));
      const { course, gap } = edgeLine(readings, near);
      const spot = gap.count > 0 ? around(gap.first, gap.count) : around(0, calipers.length);
      const where = { zone: given.edge, box: boxInPicture(place, spot, picture) };
      const gap_mm = gap.count * pitch * mmPerPx;
      const mark = { kind: "quad", corners: cornersInPicture(place, spot), label: name, isBad: true } as const;
      const { shift_mm: shiftLimit, straightness_mm: straightLimit, gap_mm: gapLimit } = given.limits;
      if (!course)
        return {
          measures: { [`${name}_gap_mm`]: gap_mm },
          ...notFound(`the edge ${name}`, [gapLimit, shiftLimit, straightLimit], where),
          marks: [mark],
        };
      const shift_mm = course.shift * mmPerPx;
      const quantities = { shift_mm: Math.abs(shift_mm), straightness_mm: course.straightness * mmPerPx, gap_mm };
      const defects = overLimits(quantities, given.limits, where);
      const measures = { ...quantities, shift_mm };
      const isBad = defects.some((d) => d.confidence >= 0.5);
      const label = `${name} ${overLimitText(quantities, given.limits)}`.trim();
      return {
        measures: Object.fromEntries(Object.entries(measures).map(([key, value]) => [`${name}_${key}`, value])),
        defects,
        ...(isBad && { marks: [{ ...mark, label }] }),
      };
    },
    [Symbol.dispose]: () => undefined,
  };
};
