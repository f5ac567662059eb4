import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CameraRecipe, Zone } from "../domain/recipe.ts";
import { errorText } from "../platform/errors.ts";
import { RecipeError } from "./recipe-error.ts";
import type { StepSite } from "./step.ts";

/** What the steps of one camera may know of its recipe. */
export function siteOf(
  camera: CameraRecipe,
  cameraId: string,
  recipeFolder: string,
  modelFolders: Readonly<Record<string, string>>,
): StepSite {
  const zoneOf = (name: string): Zone => {
    const zone = camera.zones[name];
    if (zone) return zone;
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
    readFile: (name) =>
      readFile(path.join(recipeFolder, name)).catch((cause: unknown) => {
        throw new RecipeError(
          `${path.join(recipeFolder, name)} cannot be read: ${errorText(cause)}. Put it beside the recipe.`,
          {
            cause,
          },
        );
      }),
  };
}
