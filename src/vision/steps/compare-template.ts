import { z } from "zod";
import { idPattern, idRule } from "../../domain/names.ts";
import { cutZone, leavesPicture } from "../cut-zone.ts";
import { boxInPicture } from "../placement.ts";
import { RecipeError } from "../recipe-error.ts";
import { defineStep, type Finding } from "../step.ts";
import {
  compareTemplate,
  compareTemplateOptions,
  type TemplateFinding,
  templateClasses,
  templateDefects,
} from "../template/compare-template.ts";

const defectClass = z.string().regex(idPattern, idRule);

const options = compareTemplateOptions.extend({
  template: z.string().min(1).max(254).meta({ description: "Flawless picture of the zone, a file beside the recipe" }),
  zone: z.string().meta({ description: "Compared with the template, which is of the same size" }),
  classes: z
    .strictObject({
      lighter: defectClass.default(templateClasses.lighter),
      darker: defectClass.default(templateClasses.darker),
    })
    .prefault({})
    .meta({ description: "Classes of what is lighter and of what is darker than the template" }),
});

export default defineStep({
  type: "compare-template",
  summary: "Compares a zone with a flawless picture of it, pixel by pixel, for print and boards that never change.",
  options,
  zones: ({ zone }) => [zone],
  classes: ({ classes }) => [...new Set(Object.values(classes))],
  async open(given, site) {
    const { decodePicture } = await import("../model/read-picture.ts");
    const zone = site.zone(given.zone);
    const template = await decodePicture(await site.readFile(given.template), given.template, 1);
    if (template.width !== zone[2] || template.height !== zone[3])
      throw new RecipeError(
        `Camera ${site.cameraId}: the template ${given.template} has ${template.width} × ${template.height} px, zone ${given.zone} ${zone[2]} × ${zone[3]} px. Cut it from the reference picture at this zone.`,
      );
    const comparison = compareTemplate(template, given);
    return {
      models: [],
      async run({ picture, place }, context): Promise<Finding> {
        const unseen = leavesPicture(picture, place, zone, given.zone);
        if (unseen) return unseen;
        const finding: TemplateFinding = await comparison.run(cutZone(picture, place, zone), context);
        if (finding.outcome === "mislocated")
          return { invalid: { reason: "mislocated", detail: `zone ${given.zone}: ${finding.detail}` } };
        const defects = templateDefects(finding, given).map(({ confidence, box: [x, y, width, height] }, n) => ({
          class: given.classes[finding.differences[n]!.kind],
          confidence,
          zone: given.zone,
          box: boxInPicture(place, [zone[0] + x, zone[1] + y, width, height], picture),
        }));
        return defects.length > 0 ? { defects } : {};
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
});
