import type { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { degrees } from "../locate/degrees.ts";
import { greyOf } from "../locate/grey-of.ts";
import { createPartFinder } from "../locate/part-finder.ts";
import { openCv } from "../opencv/open-cv.ts";
import { boxInPicture, cornersInPicture, placed, together } from "../placement.ts";
import { zoneOn } from "../reference-picture.ts";
import { exceeds, worthMentioning } from "./exceeds.ts";
import { overLimits, overLimitText } from "./limits.ts";
import type { OpenMeasure } from "./measure.ts";
import { notFound } from "./not-found.ts";
import type { partOptions } from "./part-options.ts";

/** Where a part lies against its place on the unit; whether it is there at all, and whether it is the right one. */
export const openPart: OpenMeasure<z.output<typeof partOptions>> = async (name, given, { site, reference }) => {
  const { cv } = await openCv();
  const mmPerPx = site.mmPerPx();
  const zone = zoneOn(reference, site, given.part);
  const [left, top, width, height] = zone;
  const finder = createPartFinder(cv, greyOf(reference), { name: given.part, zone, reach: given.reachMm / mmPerPx });
  const otherwise = given.missing ?? given.wrong;
  const limits = [given.limits.offset_mm, given.limits.turn_deg];
  return {
    take({ picture, place }) {
      const { dx, dy, turn, similarity, contrast } = finder.find(greyOf(picture), place);
      const unlikely = exceeds(1 - similarity, 1 - given.alike);
      // Written so that NaN is not found either.
      if (!(unlikely < 0.5)) {
        const isBare = contrast < given.bare;
        const of = (isBare ? given.missing : given.wrong) ?? otherwise;
        const box = boxInPicture(place, zone, picture);
        const measures = { [`${name}_similarity`]: similarity };
        const corners = cornersInPicture(place, zone);
        return {
          measures,
          ...(of === undefined
            ? notFound(`the part ${name}`, limits, { zone: given.part, box })
            : { defects: [{ class: of, confidence: unlikely, zone: given.part, box }] }),
          marks: [{ kind: "quad", corners, label: isBare ? `${name} missing` : `${name} wrong`, isBad: true }],
        };
      }
      const pose = placed(turn, { x: left + width / 2, y: top + height / 2 }, { x: dx, y: dy });
      const at = together(place, pose);
      const box = boxInPicture(at, zone, picture);
      const quantities = {
        offset_mm: Math.hypot(dx, dy) * mmPerPx,
        turn_deg: Math.abs(degrees(turn)),
      };
      const own = { dx_mm: dx * mmPerPx, dy_mm: dy * mmPerPx, ...quantities, turn_deg: degrees(turn), similarity };
      const defects: Defect[] = overLimits(quantities, given.limits, { zone: given.part, box });
      if (otherwise !== undefined && unlikely >= worthMentioning)
        defects.push({ class: given.wrong ?? otherwise, confidence: unlikely, zone: given.part, box });
      const isBad = defects.some((d) => d.confidence >= 0.5);
      const label = `${name} ${overLimitText(quantities, given.limits) || `${quantities.offset_mm.toFixed(2)} mm`}`;
      return {
        measures: Object.fromEntries(Object.entries(own).map(([key, value]) => [`${name}_${key}`, value])),
        defects,
        marks: [{ kind: "quad", corners: cornersInPicture(at, zone), label, isBad }],
      };
    },
    [Symbol.dispose]: () => finder[Symbol.dispose](),
  };
};
