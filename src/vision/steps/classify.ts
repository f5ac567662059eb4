import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { idPattern, idRule } from "../../domain/names.ts";
import { cutZone, leavesPicture } from "../cut-zone.ts";
import { absentClass } from "../model/card.ts";
import { modelName } from "../model/model-name.ts";
import { refuseMisfit } from "../model/refuse-misfit.ts";
import { refuseSilence } from "../model/refuse-silence.ts";
import { boxInPicture } from "../placement.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  model: modelName.meta({ description: "Model package of kind classifier" }),
  report: z
    .array(z.string().regex(idPattern, idRule))
    .min(1)
    .meta({ description: "Classes of the model that are defects here; the others are not looked at" }),
  zone: z.string().optional().meta({
    description: "The model sees this zone of the located unit only; the whole picture when left out",
  }),
  minConfidence: z.number().min(0).max(1).default(0.05).meta({
    description: "Less sure findings than this are not recorded, 0..1; what fails a unit says the class's rule",
  }),
  absentFrom: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .meta({ description: "How sure a model with a class ABSENT must be that nothing is there, 0..1" }),
});

export default defineStep({
  type: "classify",
  summary: "Asks a trained network which defects a picture, or a zone of the unit, shows.",
  options,
  models: ({ model }) => [model],
  zones: ({ zone }) => (zone === undefined ? [] : [zone]),
  classes: ({ report }) => report,
  async open({ model: id, report, zone: name, minConfidence, absentFrom }, site) {
    const { loadClassifier } = await import("../model/load-package.ts");
    const part = name === undefined ? undefined : site.zone(name);
    refuseSilence(site, minConfidence, 'the step\'s "minConfidence"', report);
    await using stack = new AsyncDisposableStack();
    const loaded = stack.use(await loadClassifier(site.modelFolder(id)));
    const { card, model, ref, golden } = loaded;
    refuseMisfit(id, card, report, site.picture);
    const everything = stack.move();
    return {
      models: [ref],
      golden,
      scores: {},
      async run({ picture, place }) {
        const unseen = part && leavesPicture(picture, place, part, name!);
        if (unseen) return unseen;
        const shown = part ? cutZone(picture, place, part) : picture;
        const { scores, inferenceMs } = await model.classify(shown);
        const absence = scores.find((s) => s.class === absentClass);
        if (absence && absence.confidence >= absentFrom)
          return { absent: { confidence: absence.confidence }, inferenceMs };
        const where = part && name !== undefined ? { zone: name, box: boxInPicture(place, part, picture) } : undefined;
        const defects = scores
          .filter((s) => report.includes(s.class) && s.confidence >= minConfidence)
          .map(
            ({ class: c, confidence, probability }): Defect => ({
              class: c,
              confidence,
              ...(probability !== undefined && { probability }),
              ...where,
            }),
          );
        return { ...(defects.length > 0 && { defects }), inferenceMs };
      },
      [Symbol.asyncDispose]: () => everything.disposeAsync(),
    };
  },
});
