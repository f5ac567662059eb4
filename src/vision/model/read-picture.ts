import sharp from "sharp";
import { errorText } from "../../platform/errors.ts";
import type { Picture } from "../picture.ts";
import { ModelError } from "./model-error.ts";

/** Whether an image file is stored as grey. @throws ModelError naming a file that is no image. */
export async function isGrey(file: string): Promise<boolean> {
  try {
    return ((await sharp(file).metadata()).channels ?? 3) < 3;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Decodes an image file to grey or RGB; an alpha channel is dropped. @throws ModelError naming a file that cannot be read. */
export const readPicture = (file: string, channels: 1 | 3): Promise<Picture> => decodePicture(file, file, channels);

/** The same for a file that has been read. @param name names it in an error */
export async function decodePicture(file: string | Uint8Array, name: string, channels: 1 | 3): Promise<Picture> {
  try {
    const image = sharp(file, { failOn: "error" })
      .removeAlpha()
      .toColourspace(channels === 1 ? "b-w" : "srgb");
    const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return { data: new Uint8Array(data), width: info.width, height: info.height, channels };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Encodes a picture without loss. */
export const encodePng = ({ data, width, height, channels }: Picture): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png({ compressionLevel: 9 })
    .toBuffer();

const unreadable = (file: string, error: unknown): ModelError =>
  new ModelError(
    `${file} cannot be read as an image: ${errorText(error)}. Remove it, or replace it by an intact file.`,
    {
      cause: error,
    },
  );
