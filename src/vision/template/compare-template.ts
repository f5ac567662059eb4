import { z } from "zod";
import type { Defect } from "../../domain/defect.ts";
import { toGrey } from "../grey.ts";
import type { Picture } from "../picture.ts";
import type { Task } from "../task.ts";
import { toBitmap } from "./bitmap.ts";
import { type Comparison, compare } from "./compare.ts";

/** How a picture is compared, as a recipe writes it. */
export const compareTemplateOptions = z.strictObject({
  threshold: z.int().min(1).max(255).default(128).meta({ description: "Luminance from which a pixel is light" }),
  tolerance: z.int().min(0).max(8).default(1).meta({ description: "Edges may lie this much off, px" }),
  minArea: z.int().min(1).default(5).meta({ description: "A difference has at least this many pixels" }),
  play: z.int().min(0).max(8).default(3).meta({
    description: "A difference that a shift of its surroundings by up to this explains is none, px",
  }),
  maxShare: z.number().positive().max(1).default(0.05).meta({
    description: "With a larger share of differing pixels this is another thing, or lies elsewhere",
  }),
});
export type CompareTemplateOptions = z.output<typeof compareTemplateOptions>;

/** What a comparison comes to. */
export type TemplateFinding =
  | ({ readonly outcome: "compared" } & Comparison)
  /** Not the thing that was taught, or not where it was: nothing is said about its quality. */
  | { readonly outcome: "mislocated"; readonly detail: string };

/** Classes of what a template comparison finds. */
export const templateClasses = { lighter: "LIGHTER_THAN_TEMPLATE", darker: "DARKER_THAN_TEMPLATE" } as const;

/** Compares with a flawless picture of the same size. The template is prepared once. */
export function compareTemplate(template: Picture, options: CompareTemplateOptions): Task<Picture, TemplateFinding> {
  const expected = toBitmap(toGrey(template), options.threshold);
  return {
    name: "compare-template",
    run(picture) {
      const { width, height } = picture;
      if (width !== expected.width || height !== expected.height)
        return {
          outcome: "mislocated",
          detail: `${width} × ${height} px, the template has ${expected.width} × ${expected.height}`,
        };
      const comparison = compare(toBitmap(toGrey(picture), options.threshold), expected, options);
      if (comparison.share > options.maxShare)
        return {
          outcome: "mislocated",
          detail: `${(100 * comparison.share).toFixed(1)} % of pixels differ from the template, at most ${100 * options.maxShare} % are comparable`,
        };
      return { outcome: "compared", ...comparison };
    },
  };
}

/** The defects of a comparison; more pixels, more confidence: exactly 0.5 at `minArea`, so that whatever counts as a difference fails by default. */
export function templateDefects(
  finding: TemplateFinding,
  { minArea }: Pick<CompareTemplateOptions, "minArea">,
): readonly (Defect & Required<Pick<Defect, "box">>)[] {
  if (finding.outcome !== "compared") return [];
  return finding.differences.map(({ kind, area, box }) => ({
    class: templateClasses[kind],
    confidence: area / (area + minArea),
    box,
  }));
}
