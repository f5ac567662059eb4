import { z } from "zod";
import type { Picture } from "../picture.ts";
import { type Fit, fitPicture } from "./fit-picture.ts";

const perChannel = z.array(z.number()).min(1).max(3);

/** How a graph takes a picture: one tensor of batch 1. */
export const imageInputSchema = z
  .strictObject({
    /** Of the graph's input. */
    name: z.string().min(1),
    /** px */
    width: z.int().min(1).max(16_384),
    height: z.int().min(1).max(16_384),
    /** 3 = red, green, blue. */
    channels: z.union([z.literal(1), z.literal(3)]),
    layout: z.enum(["nchw", "nhwc"]),
    type: z.enum(["uint8", "float32"]),
    /** What a level 0..255 becomes: (level · scale − mean) / deviation, per channel; absent = the graph does it. */
    normalise: z.strictObject({ scale: z.number(), mean: perChannel, deviation: perChannel }).optional(),
    /** How a picture of another size is brought to this one: out of proportion, or with grey bars. */
    resize: z.enum(["stretch", "letterbox"]),
  })
  .refine(({ type, normalise }) => type === "float32" || !normalise, "levels of type uint8 are normalised by the graph")
  .refine(
    ({ channels, normalise }) =>
      !normalise || (normalise.mean.length === channels && normalise.deviation.length === channels),
    "mean and deviation need one number per channel",
  );

export type ImageInput = z.output<typeof imageInputSchema>;

/** A picture as the graph takes it, and how to get back to px of the picture. */
export interface ImageTensor {
  readonly type: ImageInput["type"];
  readonly data: Uint8Array | Float32Array;
  readonly dims: readonly [number, number, number, number];
  readonly fit: Fit;
}

/** `[1, height, width, channels]`, or the order that the layout says. */
export const inputDims = ({
  layout,
  width,
  height,
  channels,
}: ImageInput): readonly [number, number, number, number] =>
  layout === "nhwc" ? [1, height, width, channels] : [1, channels, height, width];

/** The value of each level, channel after channel. */
function levelValues({ channels, normalise }: ImageInput): Float32Array {
  const values = new Float32Array(256 * channels);
  for (let c = 0; c < channels; c++)
    for (let level = 0; level < 256; level++)
      values[c * 256 + level] = normalise
        ? (level * normalise.scale - normalise.mean[c]!) / normalise.deviation[c]!
        : level;
  return values;
}

/** Gives a function that turns pictures into tensors for this input. @throws Error for a picture with other channels. */
export function tensorMaker(input: ImageInput): (picture: Picture) => ImageTensor {
  const { width, height, channels, layout, type, resize } = input;
  const values = levelValues(input);
  const dims = inputDims(input);
  const pixels = width * height;
  return (picture) => {
    if (picture.channels !== channels)
      throw new Error(`the model takes pictures of ${channels} channels, this one has ${picture.channels}`);
    const { data: levels, fit } = fitPicture(picture, { width, height }, resize);
    if (type === "uint8" && layout === "nhwc") return { type, data: levels, dims, fit };
    const data = type === "uint8" ? new Uint8Array(pixels * channels) : new Float32Array(pixels * channels);
    for (let c = 0; c < channels; c++) {
      const [first, step] = layout === "nchw" ? [c * pixels, 1] : [c, channels];
      for (let p = 0, at = first; p < pixels; p++, at += step) data[at] = values[c * 256 + levels[p * channels + c]!]!;
    }
    return { type, data, dims, fit };
  };
}
