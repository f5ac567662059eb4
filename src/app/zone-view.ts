import path from "node:path";
import { loadRecipe } from "../config/load-recipe.ts";
import { AppError } from "../platform/errors.ts";
import type { Picture } from "../vision/picture.ts";
import { discoverPlugins } from "./plugins.ts";

/** What was asked for cannot be shown to a model. */
class ZoneViewError extends AppError {
  readonly code = "ZONE_VIEW";
}

/** What a model is shown of whole pictures. */
export interface ZoneView extends AsyncDisposable {
  see(whole: Picture): Promise<Picture>;
}

/**
 * A zone of the located unit, as a recipe's anomaly step with this zone will show it to the model; undefined when no
 * recipe is given.
 * @throws AppError when recipe, camera and zone do not fit each other.
 */
export async function zoneView(
  file: string | undefined,
  camera: string | undefined,
  zone: string | undefined,
): Promise<ZoneView | undefined> {
  if (file === undefined && zone === undefined) return undefined;
  if (file === undefined || zone === undefined)
    throw new ZoneViewError(
      "give --recipe and --zone together: the recipe says where the zone is and how units are located",
    );
  const [{ openLocator }, { cutZone }, { steps, step }] = await Promise.all([
    import("../vision/locator.ts"),
    import("../vision/cut-zone.ts"),
    discoverPlugins(),
  ]);
  const { recipe } = loadRecipe(file, steps);
  const ids = Object.keys(recipe.cameras);
  const id = camera ?? (ids.length === 1 ? ids[0] : undefined);
  const found = id === undefined ? undefined : recipe.cameras[id];
  if (!found) throw new ZoneViewError(`${file}: name one of its cameras with --camera: ${ids.join(", ")}`);
  const part = found.zones[zone];
  if (!part)
    throw new ZoneViewError(
      `${file}: there is no zone "${zone}"; zones: ${Object.keys(found.zones).join(", ") || "none"}`,
    );
  const locator = await openLocator(found, id!, path.dirname(file), step);
  return {
    see: async (whole) => cutZone(whole, await locator.locate(whole), part),
    [Symbol.asyncDispose]: () => locator[Symbol.asyncDispose](),
  };
}
