import { fileURLToPath } from "node:url";
import type { CameraRecipe } from "../../src/domain/recipe.ts";
import { openStep } from "../../src/vision/open-step.ts";
import type { OpenStep } from "../../src/vision/step.ts";
import { siteOf } from "../../src/vision/step-site.ts";
import locate from "../../src/vision/steps/locate.ts";
import measure from "../../src/vision/steps/measure.ts";

/** Where the shipped recipes and their reference pictures lie. */
export const recipes = fileURLToPath(new URL("../../models/recipes", import.meta.url));
const reference = "snack-bag-reference.png";

/** How the synthetic bag is located and measured. */
export const snackBag: CameraRecipe = {
  picture: { width: 640, height: 512, channels: 3 },
  mmPerPx: 0.5,
  zones: {
    unit: [160, 36, 320, 440],
    "seal-top": [160, 36, 320, 28],
    "seal-bottom": [160, 448, 320, 28],
    label: [216, 146, 208, 184],
    "code-frame": [371, 350, 86, 86],
    headline: [210, 76, 220, 32],
  },
  steps: [
    { step: "locate", options: { reference, by: { outline: "unit" } } },
    {
      step: "measure",
      options: {
        reference,
        measures: {
          label: {
            part: "label",
            missing: "LABEL_MISSING",
            wrong: "WRONG_LABEL",
            limits: { offset_mm: { max: 2, class: "LABEL_OFFSET" }, turn_deg: { max: 3, class: "LABEL_OFFSET" } },
          },
          seal_top: { edge: "seal-top", side: "top", limits: { gap_mm: { max: 6, class: "SEAL_TORN" } } },
          seal_bottom: { edge: "seal-bottom", side: "bottom", limits: { gap_mm: { max: 6, class: "SEAL_TORN" } } },
        },
      },
    },
  ],
};

const definitions = new Map([locate, measure].map((d) => [d.type, d]));

/** Opens one step of it, with other options where given. */
export const openSnackBagStep = (
  step: "locate" | "measure",
  options: Readonly<Record<string, unknown>> = {},
  camera: CameraRecipe = snackBag,
): Promise<OpenStep> => {
  const setup = camera.steps.find((s) => s.step === step)!;
  return openStep(
    { step, options: { ...setup.options, ...options } },
    siteOf(camera, "CAM-01", recipes, {}),
    definitions as never,
  );
};
