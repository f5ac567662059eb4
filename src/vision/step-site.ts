import { type CameraRecipe, type ClassRule, defaultRule, type Zone } from "../domain/recipe.ts";
import { readBeside } from "./read-beside.ts";
import { RecipeError } from "./recipe-error.ts";
import type { StepSite } from "./step.ts";

/** What the steps of one camera may know of its recipe. */
export function siteOf(
  camera: CameraRecipe,
  cameraId: string,
  recipeFolder: string,
  modelFolders: Readonly<Record<string, string>>,
  rules: Readonly<Record<string, ClassRule>> = {},
): StepSite {
  const zoneOf = (name: string): Zone => {
    if (Object.hasOwn(camera.zones, name)) return camera.zones[name]!;
    throw new RecipeError(
      `Camera ${cameraId}: there is no zone "${name}"; zones: ${Object.keys(camera.zones).join(", ") || "none"}.`,
    );
  };
  return {
    cameraId,
    zone: zoneOf,
    picture: camera.picture,
    scale: camera.mmPerPx,
    mmPerPx() {
      if (camera.mmPerPx !== undefined) return camera.mmPerPx;
      throw new RecipeError(
        `Camera ${cameraId}: give "mmPerPx", or calibrate the camera; nothing can be measured without.`,
      );
    },
    modelFolder(id) {
      const folder = modelFolders[id];
      if (folder !== undefined) return folder;
      throw new RecipeError(`Camera ${cameraId}: model package ${id} is not there.`);
    },
    rejectFrom: (name) => (Object.hasOwn(rules, name) ? rules[name]! : defaultRule).reject,
    readFile: (name) => readBeside(recipeFolder, name),
  };
}
