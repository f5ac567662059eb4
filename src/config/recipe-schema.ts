import { z } from "zod";
import { idPattern, idRule } from "../domain/names.ts";
import type { CameraRecipe, Recipe, Zone } from "../domain/recipe.ts";
import { defaultEvidencePolicy, defaultRejectPolicy } from "../domain/recipe.ts";
import type { PluginOptions } from "./schema.ts";

/** What a recipe needs to know of a step: its options, and what they ask for. */
export interface StepPlugin extends PluginOptions {
  zones?(options: never): readonly string[];
  models?(options: never): readonly string[];
  classes?(options: never): readonly string[];
}

/** A recipe as its file says it; the hash comes from the file. */
export type RecipeContent = Omit<Recipe, "hash">;

const id = z.string().regex(idPattern, idRule);
const share = z.number().min(0).max(1);
const px = z.int().min(0).max(16_384);
const zone = z
  .tuple([px, px, px.min(1), px.min(1)])
  .meta({ description: "[x, y, width, height] in px of the reference picture, origin top-left" });

const rule = z
  .strictObject({
    reject: share.default(0.5).meta({ description: "From this confidence on the unit fails" }),
    review: share.optional().meta({ description: "From this confidence on it is marked for a person to look at" }),
    code: z.string().min(1).max(254).optional().meta({ description: "What the MES calls the class" }),
  })
  .refine(({ reject, review }) => review === undefined || review <= reject, {
    error: "review must not be above reject",
    path: ["review"],
  });

/** One alternative per step, told apart by `step`; its own options stand beside it. */
function stepUnion(steps: readonly StepPlugin[]) {
  const [first, ...rest] = steps.map(({ type, summary, options }) =>
    (options as z.ZodObject).extend({ step: z.literal(type) }).meta({ description: summary }),
  );
  if (!first) throw new Error("no step was found");
  return z
    .discriminatedUnion("step", [first, ...rest], {
      error: ({ code }) =>
        code === "invalid_union" ? `there is no such step; steps: ${steps.map((s) => s.type).join(", ")}` : undefined,
    })
    .transform(({ step, ...options }) => ({ step: step as string, options }));
}

/** The shape of a recipe file. */
export function recipeSchema(steps: readonly StepPlugin[]) {
  const camera = z
    .strictObject({
      picture: z
        .strictObject({
          width: px.min(16),
          height: px.min(16),
          channels: z.union([z.literal(1), z.literal(3)]).default(3),
        })
        .optional()
        .meta({ description: "Size of the reference picture; pictures of another size are invalid" }),
      mmPerPx: z.number().positive().max(100).optional().meta({ description: "Scale on the unit's surface" }),
      baseline: z.string().optional().meta({ description: "Model package that tells what a usable picture is" }),
      zones: z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "use a-z, 0-9 and '-'"), zone).default({}),
      steps: z.array(stepUnion(steps)).min(1).max(32),
    })
    .superRefine(({ picture, zones, steps: given }, context) => {
      for (const [name, of] of Object.entries(zones)) {
        const problem = picture && outside(of, picture);
        if (problem) context.addIssue({ code: "custom", path: ["zones", name], message: problem });
      }
      given.forEach(({ step, options }, n) => {
        if (options === undefined) return; // what is wrong with it has been said already
        const wanted = steps.find((s) => s.type === step)?.zones?.(options as never) ?? [];
        for (const name of wanted)
          if (!Object.hasOwn(zones, name))
            context.addIssue({
              code: "custom",
              path: ["steps", n],
              message: `there is no zone "${name}"; zones: ${Object.keys(zones).join(", ") || "none"}`,
            });
      });
    });
  return z
    .strictObject({
      recipe: id.meta({ description: "RecipeId, e.g. SNACK-BAG" }),
      version: z.int().min(1).max(1_000_000).meta({ description: "A changed recipe is another version" }),
      title: z.string().max(254).default(""),
      skus: z.array(z.string().min(1).max(254)).default([]).meta({ description: "SKUs that it is for; empty = any" }),
      deadlineMs: z
        .int()
        .min(20)
        .max(60_000)
        .optional()
        .meta({ description: "Trigger to verdict; the station's own when left out" }),
      cameras: z.record(id, camera).refine((all) => Object.keys(all).length > 0, "name at least one camera"),
      classes: z.record(id, rule).default({}).meta({ description: "Rules of defect classes; others fail from 0.5 on" }),
      reject: z
        .strictObject({
          invalid: z.boolean().default(defaultRejectPolicy.invalid),
          notInspected: z.boolean().default(defaultRejectPolicy.notInspected),
        })
        .prefault({})
        .meta({ description: "Which units leave the line besides failed ones" }),
      evidence: z
        .strictObject({
          fails: z.boolean().default(defaultEvidencePolicy.fails),
          invalids: z.boolean().default(defaultEvidencePolicy.invalids),
          reviews: z.boolean().default(defaultEvidencePolicy.reviews),
          passes: z
            .int()
            .min(0)
            .default(defaultEvidencePolicy.passes)
            .meta({ description: "One in so many; 0 = none" }),
          format: z.enum(["webp", "jpeg"]).default(defaultEvidencePolicy.format),
          overlay: z.boolean().default(defaultEvidencePolicy.overlay),
        })
        .prefault({})
        .meta({ description: "Of which units pictures are kept" }),
    })
    .transform(
      ({ recipe, ...rest }): RecipeContent => ({
        id: recipe,
        ...(rest as Omit<RecipeContent, "id" | "cameras">),
        cameras: rest.cameras as Readonly<Record<string, CameraRecipe>>,
      }),
    );
}

function outside(
  [x, y, width, height]: Zone,
  picture: { readonly width: number; readonly height: number },
): string | undefined {
  return x + width > picture.width || y + height > picture.height
    ? `reaches to ${x + width}, ${y + height}, but the picture is ${picture.width} × ${picture.height} px`
    : undefined;
}
