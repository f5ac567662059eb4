import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import sharp from "sharp";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import type { Grey } from "../../src/vision/grey.ts";

const binary = await readFile(createRequire(import.meta.url).resolve("zxing-wasm/writer/zxing_writer.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(binary).buffer }, fireImmediately: true });

/** A printed symbol with its quiet zone, `scale` px per module. */
export async function aSymbol(text: string, format: string, scale = 3, options = ""): Promise<Grey> {
  const { image, error } = await writeBarcode(text, { format, scale, options });
  if (!image) throw new Error(error);
  const { data, info } = await sharp(Buffer.from(await image.arrayBuffer()))
    .removeAlpha()
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** Lays a picture on a larger one of an even tone, its corner at (x, y). */
export function onto({ data, width, height }: Grey, toWidth: number, toHeight: number, x: number, y: number): Grey {
  const result = new Uint8Array(toWidth * toHeight).fill(170);
  for (let row = 0; row < height; row++)
    result.set(data.subarray(row * width, (row + 1) * width), (y + row) * toWidth + x);
  return { data: result, width: toWidth, height: toHeight };
}

/** Adds seeded noise of up to ±`amount` and lowers contrast to `share`. */
export function spoiled({ data, width, height }: Grey, amount: number, share = 1, seed = 1): Grey {
  let state = seed >>> 0;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 16) / 65_536 - 0.5) * 2 * amount;
  };
  return { data: data.map((v) => Math.max(0, Math.min(255, 128 + (v - 128) * share + noise()))), width, height };
}
