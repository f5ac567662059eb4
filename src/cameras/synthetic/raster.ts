import { type Box, frameSize, type Size } from "./geometry.ts";
import { type Placement, sineCosine } from "./placement.ts";

/** A layer with transparency: RGBA, colours already multiplied by alpha, rows top-down. */
export interface Layer extends Size {
  readonly data: Uint8Array;
}
/** One value per pixel. */
export interface Mask extends Size {
  readonly data: Uint8Array;
}

// Looked up once: inside a test's sandbox a global costs more than the multiplication.
const { imul } = Math;

/** v / 255, rounded, for 0 ≤ v ≤ 255². */
const div255 = (v: number): number => ((v + 128) * 257) >> 16;

/** Calls back with the byte offset of each overlapping pixel in `onto` and its index in `from`. */
function overlap(
  onto: Size,
  from: Size,
  x: number,
  y: number,
  flip: boolean,
  visit: (at: number, of: number) => void,
): void {
  const right = Math.min(from.width, onto.width - x);
  const bottom = Math.min(from.height, onto.height - y);
  for (let row = Math.max(0, -y); row < bottom; row++) {
    const source = (flip ? from.height - 1 - row : row) * from.width;
    const target = (y + row) * onto.width + x;
    for (let column = Math.max(0, -x); column < right; column++) visit((target + column) * 4, source + column);
  }
}

/** Paints a layer where there already is something, keeping the outline (Porter–Duff "atop"). */
export function paint(onto: Layer, layer: Layer, x: number, y: number, flip = false): void {
  const { data: d } = onto;
  const { data: s } = layer;
  overlap(onto, layer, x, y, flip, (at, of) => {
    const a = s[of * 4 + 3]!;
    const there = d[at + 3]!;
    if (a === 0 || there === 0) return;
    for (let c = 0; c < 3; c++) d[at + c] = div255(s[of * 4 + c]! * there) + div255(d[at + c]! * (255 - a));
  });
}

/** Takes away what the mask covers (255 = all of it). */
export function erase(from: Layer, mask: Mask, x: number, y: number, flip = false): void {
  const { data: d } = from;
  overlap(from, mask, x, y, flip, (at, of) => {
    const keep = 255 - mask.data[of]!;
    if (keep !== 255) for (let c = 0; c < 4; c++) d[at + c] = div255(d[at + c]! * keep);
  });
}

/** Lightens (above 128) or darkens (below) by a mask of the same size; `strength` 256 = as drawn. */
export function shade(layer: Layer, mask: Mask, strength: number): void {
  const { data: d } = layer;
  const { data: m } = mask;
  for (let p = 0, at = 0; p < m.length; p++, at += 4) {
    const a = d[at + 3]!;
    if (a === 0) continue;
    const k = ((m[p]! - 128) * strength) >> 8;
    for (let c = 0; c < 3; c++) {
      const v = d[at + c]!;
      // Towards white or towards black, so that nothing has to be clipped.
      d[at + c] = k > 0 ? v + (((a - v) * k) >> 7) : v + ((v * k) >> 7);
    }
  }
}

/** Fills a box of an opaque place with one grey. */
export function fill(onto: Layer, [x, y, width, height]: Box, grey: number): void {
  const { data: d, width: stride } = onto;
  for (let row = y; row < y + height; row++)
    for (let at = (row * stride + x) * 4, end = at + width * 4; at < end; at += 4) d[at] = d[at + 1] = d[at + 2] = grey;
}

/** Wipes a box sideways: each px becomes the mean of those up to `reach` px beside it. */
export function smear(onto: Layer, [x, y, width, height]: Box, reach: number): void {
  const { data: d, width: stride } = onto;
  const row = new Uint8Array(width * 4);
  for (let line = y; line < y + height; line++) {
    const start = (line * stride + x) * 4;
    row.set(d.subarray(start, start + width * 4));
    for (let column = 0; column < width; column++) {
      const [from, to] = [Math.max(0, column - reach), Math.min(width - 1, column + reach)];
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let i = from; i <= to; i++) sum += row[i * 4 + c]!;
        d[start + column * 4 + c] = sum / (to - from + 1);
      }
    }
  }
}

/** One dark dot of ink, two px wide with a soft rim, at `x`, `y` of the layer. */
export function inkDot(onto: Layer, x: number, y: number, strength: number): void {
  const { data: d, width } = onto;
  for (let row = 0; row < 2; row++)
    for (let column = 0; column < 2; column++) {
      const at = ((y + row) * width + x + column) * 4;
      const left = 255 - ((strength * (row + column === 2 ? 170 : 255)) >> 8);
      for (let c = 0; c < 3; c++) d[at + c] = div255(d[at + c]! * left);
    }
}

/**
 * Lays a layer on an RGB frame, turned about its centre and displaced, by bilinear interpolation in whole numbers
 * (16 bits of fraction for the position, 8 for the weights).
 */
export function lay(frame: Uint8Array, layer: Layer, { dx16, dy16, turn_mrad }: Placement): void {
  const { sin, cos } = sineCosine(turn_mrad);
  const [cosF, sinF] = [Math.round(cos * 65_536), Math.round(sin * 65_536)];
  const { width, height } = layer;
  // Four channels in one number, two at a time: channel order in memory is that of a little-endian machine, as all we run on are.
  const texels = new Uint32Array(layer.data.buffer, layer.data.byteOffset, width * height);
  const reach =
    Math.ceil(((height + width) * Math.abs(turn_mrad)) / 2_000) + (Math.max(Math.abs(dx16), Math.abs(dy16)) >> 4) + 8;
  const left = Math.max(0, (frameSize.width - width) / 2 - reach);
  const right = Math.min(frameSize.width, (frameSize.width + width) / 2 + reach);
  const top = Math.max(0, (frameSize.height - height) / 2 - reach);
  const bottom = Math.min(frameSize.height, (frameSize.height + height) / 2 + reach);
  for (let y = top; y < bottom; y++) {
    const fx = left * 16 - frameSize.width * 8 - dx16;
    const fy = y * 16 - frameSize.height * 8 - dy16;
    let u = Math.floor((fx * cosF + fy * sinF) / 16) + width * 32_768;
    let v = Math.floor((fy * cosF - fx * sinF) / 16) + height * 32_768;
    let at = (y * frameSize.width + left) * 3;
    for (let x = left; x < right; x++, at += 3, u += cosF, v -= sinF) {
      const column = u >> 16;
      const row = v >> 16;
      if (column < 0 || row < 0 || column >= width - 1 || row >= height - 1) continue;
      const first = row * width + column;
      const a = texels[first]!;
      const b = texels[first + 1]!;
      const c = texels[first + width]!;
      const d = texels[first + width + 1]!;
      if ((a | b | c | d) === 0) continue;
      const wx = (u >> 8) & 255;
      const wy = (v >> 8) & 255;
      const rb = between(between(a & 0xff00ff, b & 0xff00ff, wx), between(c & 0xff00ff, d & 0xff00ff, wx), wy);
      const ga = between(
        between((a >>> 8) & 0xff00ff, (b >>> 8) & 0xff00ff, wx),
        between((c >>> 8) & 0xff00ff, (d >>> 8) & 0xff00ff, wx),
        wy,
      );
      const through = 255 - (ga >>> 16);
      if (through === 0) {
        frame[at] = rb & 255;
        frame[at + 1] = ga & 255;
        frame[at + 2] = rb >>> 16;
        continue;
      }
      frame[at] = (rb & 255) + div255(frame[at]! * through);
      frame[at + 1] = (ga & 255) + div255(frame[at + 1]! * through);
      frame[at + 2] = (rb >>> 16) + div255(frame[at + 2]! * through);
    }
  }
}

/** Two 8-bit values at bits 0 and 16, each `weight`/256 of the way from one to the other. */
const between = (from: number, to: number, weight: number): number =>
  ((imul(from, 256 - weight) + imul(to, weight)) >>> 8) & 0xff00ff;

/** Rows from `fromRow` on as they look when everything has moved `by` px to the right; what leaves the frame comes in on the other side. */
export function shiftRows(frame: Uint8Array, fromRow: number, by: number): void {
  const { width, height } = frameSize;
  const offset = (((by % width) + width) % width) * 3;
  for (let y = fromRow; y < height; y++) {
    const row = frame.subarray(y * width * 3, (y + 1) * width * 3);
    const moved = row.slice(row.length - offset);
    row.copyWithin(offset, 0, row.length - offset);
    row.set(moved);
  }
}

/** Each 2 × 2 px become one, their mean. */
export function halve(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const { width, height } = frameSize;
  const half = new Uint8Array((width >> 1) * (height >> 1) * 3);
  const row = width * 3;
  for (let y = 0, to = 0; y < height; y += 2)
    for (let x = 0; x < row; x += 6)
      for (let c = 0, at = y * row + x; c < 3; c++, at++)
        half[to++] = (frame[at]! + frame[at + 3]! + frame[at + row]! + frame[at + row + 3]! + 2) >> 2;
  return half;
}

/** Mean over a square of 2 · radius + 1 px, edges repeated; used twice it looks like a lens out of focus. */
export function boxBlur(frame: Uint8Array, radius: number): void {
  const { width, height } = frameSize;
  blurLines(frame, radius, height, width * 3, width, 3);
  blurLines(frame, radius, width, 3, height, width * 3);
}
function blurLines(
  frame: Uint8Array,
  radius: number,
  lines: number,
  lineStep: number,
  length: number,
  step: number,
): void {
  const line = new Uint8Array(length);
  const last = length - 1;
  const share = Math.round(65_536 / (2 * radius + 1));
  for (let l = 0; l < lines; l++)
    for (let c = 0; c < 3; c++) {
      const start = l * lineStep + c;
      for (let i = 0; i < length; i++) line[i] = frame[start + i * step]!;
      let sum = line[0]! * radius;
      for (let i = 0; i <= radius; i++) sum += line[i]!;
      for (let i = 0; i < length; i++) {
        frame[start + i * step] = (sum * share) >> 16;
        sum += line[i + radius < last ? i + radius + 1 : last]! - line[i > radius ? i - radius : 0]!;
      }
    }
}
