import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { anomalyClass } from "../../domain/defect.ts";
import { idPattern, idRule } from "../../domain/names.ts";
import type { Zone } from "../../domain/recipe.ts";
import { cutZone, leavesPicture } from "../cut-zone.ts";
import { hotBox } from "../hot-box.ts";
import { probabilityOf } from "../model/calibration.ts";
import type { AnomalyCard } from "../model/card.ts";
import { ModelError } from "../model/model-error.ts";
import { modelName } from "../model/model-name.ts";
import { boxInPicture, cornersInPicture, inPlace, toReference } from "../placement.ts";
import { defineStep, type StepSite } from "../step.ts";
import { zoneClassAt, zoneClasses } from "../zone-classes.ts";

const defectClass = z.string().regex(idPattern, idRule);

const options = z.strictObject({
  model: modelName.meta({ description: "Model package taught from good units" }),
  zone: z.string().optional().meta({
    description:
      "The model was taught on this zone of a located unit, at native resolution; the whole picture when left out",
  }),
  threshold: z
    .number()
    .positive()
    .optional()
    .meta({ description: "Raw score at which a unit fails; the card's own when left out" }),
  class: defectClass.default(anomalyClass).meta({ description: "Class of what is found outside every zone" }),
  zones: z.record(z.string(), defectClass).default({}).meta({
    description: "Zone → class of what is found in it; the first that holds the middle of the finding counts",
  }),
});

/** Share of the score's reading below which the map is not worth a box. */
const worthABox = 0.05;

export default defineStep({
  type: "anomaly",
  summary: "Compares with what good units look like; finds what was never taught.",
  options,
  models: ({ model }) => [model],
  zones: ({ zone, zones }) => [...(zone === undefined ? [] : [zone]), ...Object.keys(zones)],
  classes: (given) => [given.class, ...Object.values(given.zones)],
  async open({ model: id, zone: seen, threshold, class: elsewhere, zones }, site) {
    const { loadAnomalyModel } = await import("../model/load-package.ts");
    const loaded = await loadAnomalyModel(site.modelFolder(id));
    const { card, model, ref } = loaded;
    const limit = threshold ?? card.threshold.reject;
    const part = seen === undefined ? undefined : site.zone(seen);
    refuseOtherSize(id, card.input, part, site.picture);
    const places = zoneClasses(zones, site);
    return {
      models: [ref],
      golden: loaded.golden,
      scores: { taught: card.training.heldOut.mean },
      async run({ picture, place }) {
        const unseen = part && leavesPicture(picture, place, part, seen!);
        if (unseen) return unseen;
        const shown = part ? cutZone(picture, place, part) : picture;
        const { score, presence, map, inferenceMs } = await model.inspect(shown);
        // Written so that NaN is refused too: a number that is none decides nothing.
        if (!(score >= 0)) throw new Error(`model ${ref.id} gave the score ${score}`);
        if (card.presence && presence < card.presence.absentBelow)
          return { absent: { confidence: 1 - presence / card.presence.absentBelow }, score, inferenceMs };
        const confidence = 1 / (1 + Math.exp(-card.confidence.slope * (score - limit)));
        const { rows, columns } = card.grid;
        const area = part
          ? cornersInPicture(place, part)
          : cornersInPicture(inPlace, [0, 0, picture.width, picture.height]);
        const marks = [{ kind: "heat", map, rows, columns, hot: limit, area } as const];
        if (confidence < worthABox) return { score, inferenceMs, marks };
        const found = hotBox({ map, width: shown.width, height: shown.height }, card.grid);
        const inZone = part && ([part[0] + found[0], part[1] + found[1], found[2], found[3]] as const);
        const box = inZone ? boxInPicture(place, inZone, picture) : found;
        const middle = toReference(place, { x: box[0] + box[2] / 2, y: box[1] + box[3] / 2 });
        const hit = zoneClassAt(places, middle);
        const defect: Defect = {
          class: hit?.class ?? elsewhere,
          confidence,
          ...(card.calibration && { probability: probabilityOf(card.calibration, score) }),
          ...(hit && { zone: hit.name }),
          box,
        };
        return { defects: [defect], namesNothing: true, score, inferenceMs, marks };
      },
      [Symbol.asyncDispose]: () => loaded[Symbol.asyncDispose](),
    };
  },
});

/** A model that was taught on one part of the picture, or at one size, sees nothing it knows in another. */
function refuseOtherSize(
  id: string,
  input: AnomalyCard["input"],
  part: Zone | undefined,
  picture: StepSite["picture"],
): void {
  if (input.anySize) return;
  const shown = part
    ? { what: "zone", width: part[2], height: part[3] }
    : picture && { what: "recipe's picture", ...picture };
  if (shown && (shown.width !== input.width || shown.height !== input.height))
    throw new ModelError(
      `Model package ${id} was taught on ${input.width} × ${input.height} px, the ${shown.what} is ${shown.width} × ${shown.height} px. Name what it was taught on, or teach it again.`,
    );
  if (picture && picture.channels !== input.channels)
    throw new ModelError(
      `Model package ${id} was taught on pictures of ${input.channels} channel(s), the recipe's have ${picture.channels}. Correct the recipe's "picture", or teach it again.`,
    );
}
