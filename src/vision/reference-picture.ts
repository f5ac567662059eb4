import sharp from "sharp";
import type { Zone } from "../domain/recipe.ts";
import { errorText } from "../platform/errors.ts";
import type { Picture } from "./picture.ts";
import { RecipeError } from "./recipe-error.ts";
import type { Finding, StepSite } from "./step.ts";

/**
 * Reads the picture beside the recipe that its zones are drawn on.
 * @throws RecipeError when it is no image, or not as large as the recipe says.
 */
export async function readReference(site: StepSite, name: string): Promise<Picture> {
  const bytes = await site.readFile(name);
  const channels = site.picture?.channels ?? 3;
  const { data, info } = await sharp(bytes, { failOn: "error" })
    .removeAlpha()
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new RecipeError(`${name} is no image: ${errorText(cause)}. Replace it by a picture of a good unit.`, {
        cause,
      });
    });
  const { width, height } = info;
  const wanted = site.picture;
  if (wanted && (wanted.width !== width || wanted.height !== height))
    throw new RecipeError(
      `${name} has ${width} × ${height} px, the recipe's pictures have ${wanted.width} × ${wanted.height}. Use a picture as the camera takes it, not scaled or cut.`,
    );
  return { data: new Uint8Array(data), width, height, channels };
}

/** A zone of it. @throws RecipeError when it reaches beyond the picture, or there is none of that name. */
export function zoneOn(reference: Picture, site: StepSite, name: string): Zone {
  const zone = site.zone(name);
  const [x, y, width, height] = zone;
  if (x + width <= reference.width && y + height <= reference.height) return zone;
  throw new RecipeError(
    `Camera ${site.cameraId}: zone "${name}" reaches to ${x + width}, ${y + height}, but the reference picture is ${reference.width} × ${reference.height} px. Draw it inside.`,
  );
}

/** What a picture unlike the reference picture is, for a step that compares with it; undefined for one that is alike. */
export function unlike(reference: Picture, { width, height, channels }: Picture): Finding | undefined {
  if (width === reference.width && height === reference.height && channels === reference.channels) return undefined;
  const size = (p: { width: number; height: number; channels: number }): string =>
    `${p.width} × ${p.height} px in ${p.channels} channel${p.channels === 1 ? "" : "s"}`;
  const detail = `${size({ width, height, channels })}, the reference picture has ${size(reference)}`;
  return { invalid: { reason: "wrongSize", detail, ends: true } };
}
