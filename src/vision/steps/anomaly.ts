import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { anomalyClass } from "../../domain/defect.ts";
import { idPattern, idRule } from "../../domain/names.ts";
import type { Zone } from "../../domain/recipe.ts";
import { hotBox } from "../hot-box.ts";
import { modelName } from "../model/model-name.ts";
import { toReference } from "../placement.ts";
import { defineStep } from "../step.ts";

const defectClass = z.string().regex(idPattern, idRule);

const options = z.strictObject({
  model: modelName.meta({ description: "Model package taught from good units" }),
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
  zones: ({ zones }) => Object.keys(zones),
  classes: (given) => [given.class, ...Object.values(given.zones)],
  async open({ model: id, threshold, class: elsewhere, zones }, site) {
    const { loadModelPackage } = await import("../model/package.ts");
    const loaded = await loadModelPackage(site.modelFolder(id));
    const { card, model, ref } = loaded;
    const limit = threshold ?? card.threshold.reject;
    const places = Object.entries(zones).map(([name, of]) => ({ name, zone: site.zone(name), of }));
    return {
      models: [ref],
      async run({ picture, place }) {
        const { score, presence, map, inferenceMs } = await model.inspect(picture);
        // Written so that NaN is refused too: a number that is none decides nothing.
        if (!(score >= 0)) throw new Error(`model ${ref.id} gave the score ${score}`);
        if (card.presence && presence < card.presence.absentBelow)
          return { absent: { confidence: 1 - presence / card.presence.absentBelow }, score, inferenceMs };
        const confidence = 1 / (1 + Math.exp(-card.confidence.slope * (score - limit)));
        const { rows, columns } = card.grid;
        const marks = [{ kind: "heat", map, rows, columns, hot: limit } as const];
        if (confidence < worthABox) return { score, inferenceMs, marks };
        const box = hotBox({ map, width: picture.width, height: picture.height }, card.grid);
        const middle = toReference(place, { x: box[0] + box[2] / 2, y: box[1] + box[3] / 2 });
        const hit = places.find(({ zone }) => holds(zone, middle));
        const defect: Defect = { class: hit?.of ?? elsewhere, confidence, ...(hit && { zone: hit.name }), box };
        return { defects: [defect], score, inferenceMs, marks };
      },
      [Symbol.asyncDispose]: () => loaded[Symbol.asyncDispose](),
    };
  },
});

const holds = ([left, top, width, height]: Zone, { x, y }: { readonly x: number; readonly y: number }): boolean =>
  x >= left && x < left + width && y >= top && y < top + height;
