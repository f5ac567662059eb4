import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { idPattern, idRule } from "../../domain/names.ts";
import { cutZone, leavesPicture } from "../cut-zone.ts";
import { ModelError } from "../model/model-error.ts";
import { modelName } from "../model/model-name.ts";
import { refuseMisfit } from "../model/refuse-misfit.ts";
import { refuseSilence } from "../model/refuse-silence.ts";
import { boxInPicture, cornersInPicture, inPlace, type Placement, toReference } from "../placement.ts";
import { defineStep } from "../step.ts";
import { zoneClassAt, zoneClasses } from "../zone-classes.ts";

const defectClass = z.string().regex(idPattern, idRule);

const options = z.strictObject({
  model: modelName.meta({ description: "Model package of kind detector" }),
  report: z
    .array(defectClass)
    .min(1)
    .meta({ description: "Classes of the model that are defects here; the others are not looked at" }),
  zone: z.string().optional().meta({
    description: "The model sees this zone of the located unit only; the whole picture when left out",
  }),
  minConfidence: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: "Less sure findings than this are not recorded, 0..1; the card's own when left out" }),
  zones: z.record(z.string(), defectClass).default({}).meta({
    description:
      "Zone → class of whatever is found in it, in place of the model's; the first that holds the middle of the box counts",
  }),
});

export default defineStep({
  type: "detect",
  summary: "Asks a trained network where in a picture, or in a zone of the unit, which defects are.",
  options,
  models: ({ model }) => [model],
  zones: ({ zone, zones }) => [...(zone === undefined ? [] : [zone]), ...Object.keys(zones)],
  classes: ({ report, zones }) => [...report, ...Object.values(zones)],
  async open({ model: id, report, zone: seen, minConfidence, zones }, site) {
    const { loadDetector } = await import("../model/load-package.ts");
    const part = seen === undefined ? undefined : site.zone(seen);
    const places = zoneClasses(zones, site);
    await using stack = new AsyncDisposableStack();
    const loaded = stack.use(await loadDetector(site.modelFolder(id)));
    const { card, model, ref, golden } = loaded;
    refuseMisfit(id, card, report, site.picture);
    const from = minConfidence ?? card.confidence;
    if (from < card.confidence)
      throw new ModelError(
        `Model package ${id} finds nothing below ${card.confidence} (its card's "confidence"): the step's "minConfidence" ${from} has no effect. Leave it out, or set it to ${card.confidence} or more.`,
      );
    const setBy = minConfidence === undefined ? `"confidence" in the card of ${id}` : 'the step\'s "minConfidence"';
    refuseSilence(site, from, setBy, [...report, ...Object.values(zones)]);
    const everything = stack.move();
    return {
      models: [ref],
      golden,
      scores: {},
      async run({ picture, place }) {
        const unseen = part && leavesPicture(picture, place, part, seen!);
        if (unseen) return unseen;
        const { found, inferenceMs } = await model.detect(part ? cutZone(picture, place, part) : picture);
        const wanted = found.filter((d) => report.includes(d.class) && d.confidence >= from);
        const defects = wanted.map(({ class: own, confidence, box: [x, y, width, height] }): Defect => {
          // From the zone as it was cut to where that lies.
          const [from, left, top]: [Placement, number, number] = part ? [place, part[0], part[1]] : [inPlace, 0, 0];
          const box = boxInPicture(from, [left + x, top + y, width, height], picture);
          const middle = toReference(place, { x: box[0] + box[2] / 2, y: box[1] + box[3] / 2 });
          const hit = zoneClassAt(places, middle);
          return { class: hit?.class ?? own, confidence, ...(hit && { zone: hit.name }), box };
        });
        const marks = defects.flatMap(({ class: label, box }) =>
          box ? [{ kind: "quad", corners: cornersInPicture(inPlace, [...box]), label, isBad: true } as const] : [],
        );
        return {
          ...(defects.length > 0 && { defects, marks }),
          inferenceMs,
        };
      },
      [Symbol.asyncDispose]: () => everything.disposeAsync(),
    };
  },
});
