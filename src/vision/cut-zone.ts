import type { Zone } from "../domain/recipe.ts";
import type { Picture } from "./picture.ts";
import { cornersInPicture, inPlace, type Placement } from "./placement.ts";
import type { Finding } from "./step.ts";

/** So far a zone's corners may leave the picture, px: the rounding of where a unit lies, not a part that nobody saw. */
const beyond = 2;

/**
 * What a step says that would judge a zone of which the picture shows only a part: what `cutZone` fills in there was
 * never seen. Undefined when it can be judged.
 */
export function leavesPicture(
  { width, height }: Pick<Picture, "width" | "height">,
  place: Placement,
  zone: Zone,
  name: string,
): Pick<Finding, "invalid"> | undefined {
  const isIn = (v: number, end: number): boolean => v >= -beyond && v <= end + beyond;
  if (cornersInPicture(place, zone).every(({ x, y }) => isIn(x, width) && isIn(y, height))) return undefined;
  return { invalid: { reason: "mislocated", detail: `zone ${name} leaves the picture` } };
}

/**
 * A zone of the reference picture as it looks in the picture at hand: upright, where it belongs, at the picture's own
 * resolution (bilinear). What lies outside the picture repeats its edge. About 5 ns per value.
 */
export function cutZone(
  { data, width, height, channels }: Picture,
  place: Placement,
  [left, top, w, h]: Zone,
): Picture {
  const result = new Uint8Array(w * h * channels);
  const isUpright = place.a === inPlace.a && place.b === 0 && place.dx === 0 && place.dy === 0;
  if (isUpright && left + w <= width && top + h <= height) {
    for (let y = 0; y < h; y++) {
      const from = ((top + y) * width + left) * channels;
      result.set(data.subarray(from, from + w * channels), y * w * channels);
    }
    return { data: result, width: w, height: h, channels };
  }
  const stride = width * channels;
  let at = 0;
  for (let j = 0; j < h; j++) {
    // Pixel centres: the middle of a zone's pixel is the middle of the picture's.
    let px = place.a * (left + 0.5) - place.b * (top + j + 0.5) + place.dx - 0.5;
    let py = place.b * (left + 0.5) + place.a * (top + j + 0.5) + place.dy - 0.5;
    for (let i = 0; i < w; i++, px += place.a, py += place.b) {
      const x = px < 0 ? 0 : px > width - 1 ? width - 1 : px;
      const y = py < 0 ? 0 : py > height - 1 ? height - 1 : py;
      const [x0, y0] = [x | 0, y | 0];
      const fx = ((x - x0) * 256) | 0;
      const fy = ((y - y0) * 256) | 0;
      const right = x0 < width - 1 ? channels : 0;
      const down = y0 < height - 1 ? stride : 0;
      const from = y0 * stride + x0 * channels;
      for (let c = from; c < from + channels; c++) {
        const above = data[c]! * (256 - fx) + data[c + right]! * fx;
        const below = data[c + down]! * (256 - fx) + data[c + down + right]! * fx;
        result[at++] = (above * (256 - fy) + below * fy + 32_768) >> 16;
      }
    }
  }
  return { data: result, width: w, height: h, channels };
}
