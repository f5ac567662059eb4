import { fileURLToPath } from "node:url";
import { loadSharp } from "../source/load-sharp.ts";
import { contaminants, shadeVariants, tears } from "./geometry.ts";
import type { Layer, Mask } from "./raster.ts";

/** The drawings of the line, decoded once. Owned by the renderer and never written to. */
export interface Layers {
  /** RGB tile, repeats in both directions. */
  readonly belt: Mask;
  readonly bag: Layer;
  readonly label: Layer;
  readonly otherLabel: Layer;
  readonly shades: readonly Mask[];
  readonly tears: readonly { readonly film: Layer; readonly hole: Mask }[];
  readonly contaminants: readonly Layer[];
}

/** PNG is lossless and the files carry no colour profile, so the decoded bytes are the same with every version of sharp. */
export async function loadLayers(): Promise<Layers> {
  const sharp = await loadSharp();
  const decode = async (name: string, channels: 1 | 3 | 4): Promise<Mask> => {
    const image = sharp(fileURLToPath(new URL(`layers/${name}.png`, import.meta.url)));
    const shaped =
      channels === 4 ? image.ensureAlpha() : channels === 3 ? image.removeAlpha() : image.toColourspace("b-w");
    const { data, info } = await shaped.raw().toBuffer({ resolveWithObject: true });
    // A copy of its own: pooled buffers start anywhere, and `lay` reads four bytes at a time.
    return { data: new Uint8Array(data), width: info.width, height: info.height };
  };
  const layer = async (name: string): Promise<Layer> => {
    const decoded = await decode(name, 4);
    for (let at = 0; at < decoded.data.length; at += 4)
      for (let c = 0; c < 3; c++) decoded.data[at + c] = (decoded.data[at + c]! * decoded.data[at + 3]! + 127) / 255;
    return decoded;
  };
  const each = <T>(count: number, load: (i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => load(i)));
  const [belt, bag, label, otherLabel, shades, torn, dirt] = await Promise.all([
    decode("belt", 3),
    layer("bag"),
    layer("label"),
    layer("label-other"),
    each(shadeVariants, (i) => decode(`shade-${i}`, 1)),
    each(tears.length, async (i) => ({ film: await layer(`tear-${i}`), hole: await decode(`tear-${i}-hole`, 1) })),
    each(contaminants.length, (i) => layer(`contaminant-${i}`)),
  ]);
  return { belt, bag, label, otherLabel, shades, tears: torn, contaminants: dirt };
}
