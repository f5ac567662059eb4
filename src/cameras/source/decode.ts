import { loadSharp } from "./load-sharp.ts";

/** Larger pictures are refused: decoded, they would not fit into the memory of a vision process twice. */
const mostPixels = 50_000_000;

/** How a file that stores grey is described; WebP and palettes never do. */
const greySpaces: ReadonlySet<string> = new Set(["b-w", "grey16"]);

export type Colour = "auto" | "rgb" | "grey";

export interface DecodedImage {
  readonly data: Uint8Array<ArrayBuffer>;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  readonly channels: 1 | 3;
}

/** An image file: its path, or what is in it. */
export type ImageFile = string | Uint8Array;

/**
 * An image file as 8-bit grey or RGB, upright as its EXIF orientation says, without transparency. `auto` keeps
 * grey what the file stores as grey. Of several pictures in one file it is the first.
 *
 * @param limits of a file that a stranger may have sent: px, and seconds of work
 * @throws whatever is wrong with the file, also when it is only cut short
 */
export async function createDecoder(
  colour: Colour,
  { maximumPixels = mostPixels, seconds = 0 } = {},
): Promise<(file: ImageFile) => Promise<DecodedImage>> {
  const sharp = await loadSharp();
  return async (file) => {
    const image = sharp(file, { limitInputPixels: maximumPixels, failOn: "truncated" }).timeout({ seconds });
    const grey = colour === "grey" || (colour === "auto" && greySpaces.has((await image.metadata()).space));
    const { data, info } = await image
      .autoOrient()
      .flatten({ background: "#000" })
      .toColourspace(grey ? "b-w" : "srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 1 && info.channels !== 3)
      throw new Error(`decoded to ${info.channels} channels, expected 1 or 3`);
    return {
      // A copy: sharp's own memory cannot be handed to a thread.
      data: new Uint8Array(data),
      width: info.width,
      height: info.height,
      channels: info.channels,
    };
  };
}
