import { readdir } from "node:fs/promises";
import path from "node:path";
import { errorText } from "../../platform/errors.ts";
import { TeachError } from "./teach-error.ts";

const imageFile = /\.(png|jpe?g|webp|tiff?|gif|avif)$/i;

/**
 * The image files of a folder, sorted by name. A folder laid out as `train/good/…` stands for its good training images.
 * @throws TeachError when the folder cannot be read or holds no image.
 */
export async function imagesOf(folder: string): Promise<readonly string[]> {
  const nested = path.join(folder, "train", "good");
  const images = (await namesIn(nested, true)) ? nested : folder;
  const files = ((await namesIn(images, false)) ?? [])
    .filter((name) => imageFile.test(name))
    .sort()
    .map((name) => path.join(images, name));
  if (files.length === 0)
    throw new TeachError(
      `${images} holds no image (PNG, JPEG, WebP, TIFF, GIF, AVIF). Name a folder of images of good units.`,
    );
  return files;
}

async function namesIn(folder: string, optional: boolean): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (optional && (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new TeachError(`${folder} cannot be read: ${errorText(error)}. Name an existing folder of images.`, {
      cause: error,
    });
  }
}
