import { crc32 } from "node:zlib";
import type { InvalidReason } from "../../domain/verdict.ts";
import type { Baseline } from "../model/card.ts";
import { measurePicture, type Picture, type PictureMeasures } from "../picture.ts";
import type { Task } from "../task.ts";

/** A picture that may be judged, or why not. */
export type GuardResult =
  | { readonly usable: true; readonly picture: Picture; readonly measures: PictureMeasures }
  | { readonly usable: false; readonly reason: InvalidReason; readonly detail: string };

/** What usable pictures of one camera are; what is left out is not checked. */
export interface GuardSetup {
  /** Their size, px; `anySize`: only the channels count. */
  readonly input?: {
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
    readonly anySize?: boolean;
  };
  /** How the taught ones were as pictures. */
  readonly baseline?: Baseline;
}

/** How far a picture may be from the taught ones as a picture, before what it shows is of no use. */
const limits = {
  /** Share of the darkest taught brightness. */
  dark: 0.5,
  /** Added to the most saturated taught picture, share of pixels. */
  saturated: 0.2,
  /** Share of the lowest taught contrast. */
  covered: 0.35,
  /** Share of the lowest taught sharpness. */
  blurred: 0.6,
  /** Of the greatest taught step between rows, and the least that is one at all, levels. */
  torn: { share: 1.5, least: 0.7 },
} as const;

type Check = (measures: PictureMeasures, baseline: Baseline) => string | undefined;
const figure = (value: number): string => value.toFixed(2);

/**
 * In order of how sure they are: a covered lens is dark *and* flat, a lamp that is off leaves the unit's contrast in
 * proportion. The limits of the taught pictures include the empty place where it was taught.
 */
const checks: readonly (readonly [InvalidReason, Check])[] = [
  [
    "covered",
    ({ contrast }, b) =>
      contrast < limits.covered * b.contrast.min
        ? `contrast ${figure(contrast)}, taught pictures have at least ${figure(b.contrast.min)}`
        : undefined,
  ],
  [
    "overexposed",
    ({ saturated }, b) =>
      saturated > b.saturated.max + limits.saturated
        ? `${figure(100 * saturated)} % of pixels are saturated, taught pictures have at most ${figure(100 * b.saturated.max)} %`
        : undefined,
  ],
  [
    "dark",
    ({ brightness }, b) =>
      brightness < limits.dark * b.brightness.min
        ? `brightness ${figure(brightness)}, taught pictures have at least ${figure(b.brightness.min)}`
        : undefined,
  ],
  [
    "blurred",
    ({ sharpness }, b) =>
      sharpness < limits.blurred * b.sharpness.min
        ? `sharpness ${figure(sharpness)}, taught pictures have at least ${figure(b.sharpness.min)}`
        : undefined,
  ],
  [
    "torn",
    ({ rowStep }, b) =>
      b.rowStep && rowStep > Math.max(limits.torn.least, limits.torn.share * b.rowStep.max)
        ? `the picture does not go on from one row to the next: step ${figure(rowStep)}, taught pictures have at most ${figure(b.rowStep.max)}`
        : undefined,
  ],
];

/** A step that answers at once, so that a lane can pair, refuse and queue in one turn. */
export interface FrameGuard extends Task<Picture, GuardResult> {
  run(picture: Picture): GuardResult;
}

/**
 * Refuses pictures that say nothing about the unit. Cheap (about 1 ms) and before the model, which would give a score
 * to anything. One guard per camera: it remembers the last picture, because a byte-identical one comes from a camera
 * that hangs (sensor noise never repeats).
 */
export function frameGuard({ input, baseline }: GuardSetup): FrameGuard {
  let previous: string | undefined;
  return {
    name: "frame-guard",
    run(picture) {
      const { data, width, height, channels } = picture;
      if (data.length !== width * height * channels)
        return refuse("badImage", `${data.length} bytes are not ${width} × ${height} × ${channels}`);
      if (input && channels !== input.channels)
        return refuse("wrongSize", `${channels} channels, the recipe is for ${input.channels}`);
      if (input && !input.anySize && (width !== input.width || height !== input.height))
        return refuse("wrongSize", `${width} × ${height} px, the recipe is for ${input.width} × ${input.height}`);
      const digest = `${width}x${height}:${crc32(data)}`;
      const isRepeated = digest === previous;
      previous = digest;
      const measures = measurePicture(picture);
      if (baseline)
        for (const [reason, check] of checks) {
          const detail = check(measures, baseline);
          if (detail !== undefined) return refuse(reason, detail);
        }
      return isRepeated ? refuse("frozen", "byte for byte the picture before") : { usable: true, picture, measures };
    },
  };
}

const refuse = (reason: InvalidReason, detail: string): GuardResult => ({ usable: false, reason, detail });
