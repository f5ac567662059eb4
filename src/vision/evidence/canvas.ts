import type { Picture } from "../picture.ts";
import type { Point } from "../placement.ts";
import type { Face } from "./font.ts";

export type Colour = readonly [red: number, green: number, blue: number];

/** A text style: a face, enlarged by a whole number so that it stays crisp. */
export interface Style {
  readonly face: Face;
  readonly times: number;
}
export const widthOf = ({ face, times }: Style, text: string): number => face.widthOf(text) * times;
export const heightOf = ({ face, times }: Style): number => face.height * times;

/** An RGB picture to draw on; what lies outside is left out. */
export interface Canvas {
  readonly picture: Picture;
  /** @param share how much of the colour, 0..1 */
  dot(x: number, y: number, colour: Colour, share?: number): void;
  fill(x: number, y: number, width: number, height: number, colour: Colour): void;
  line(from: Point, to: Point, thickness: number, colour: Colour): void;
  text(x: number, y: number, text: string, style: Style, colour: Colour): void;
}

/** A canvas with the picture at its top left; the rest is `ground`. Grey pictures become coloured ones. */
export function createCanvas(source: Picture, width: number, height: number, ground: Colour): Canvas {
  const data = new Uint8Array(width * height * 3);
  const paint = (from: number, count: number, [red, green, blue]: Colour): void => {
    for (let at = from * 3, left = count; left > 0; left--, at += 3) {
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
    }
  };
  for (let y = 0; y < height; y++) {
    const covered = y < source.height ? source.width : 0;
    paint(y * width + covered, width - covered, ground);
    if (covered === 0) continue;
    const row = source.data.subarray(y * covered * source.channels, (y + 1) * covered * source.channels);
    if (source.channels === 3) data.set(row, y * width * 3);
    else for (let x = 0; x < covered; x++) data.fill(row[x]!, (y * width + x) * 3, (y * width + x + 1) * 3);
  }
  const dot: Canvas["dot"] = (x, y, colour, share = 1) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = (y * width + x) * 3;
    for (let c = 0; c < 3; c++) data[at + c] = Math.round(data[at + c]! + (colour[c]! - data[at + c]!) * share);
  };
  const fill: Canvas["fill"] = (left, top, w, h, colour) => {
    const from = Math.max(0, left);
    const count = Math.min(width, left + w) - from;
    for (let y = Math.max(0, top); y < Math.min(height, top + h); y++) paint(y * width + from, count, colour);
  };
  return {
    picture: { data, width, height, channels: 3 },
    dot,
    fill,
    line(from, to, thickness, colour) {
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
      const before = Math.floor(thickness / 2);
      for (let s = 0; s <= steps; s++) {
        const x = Math.round(from.x + ((to.x - from.x) * s) / steps);
        const y = Math.round(from.y + ((to.y - from.y) * s) / steps);
        fill(x - before, y - before, thickness, thickness, colour);
      }
    },
    text(left, top, text, { face, times }, colour) {
      face.draw(text, (x, y, cover) => {
        for (let v = 0; v < times; v++)
          for (let u = 0; u < times; u++) dot(left + x * times + u, top + y * times + v, colour, cover / 255);
      });
    },
  };
}
