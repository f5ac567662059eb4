import type { Grey } from "../grey.ts";
import type { Placement } from "../placement.ts";
import { solve } from "../solve.ts";

/** How a part lies against its zone of the reference picture. */
export interface Pose {
  /** Shift of its middle, px of the reference picture. */
  readonly dx: number;
  readonly dy: number;
  /** rad, clockwise. */
  readonly turn: number;
}

/** A pose with what speaks for it. */
export interface Aligned extends Pose {
  /** Normalised correlation of the part's steepest pixels with the reference's, −1..1; 1 = the same up to brightness. */
  readonly similarity: number;
  /** Contrast of these pixels over that of the reference's: near 0 where there is nothing. */
  readonly contrast: number;
}

/** The pixels of a part that tell its place best: those on the steepest edges. */
export interface Pattern {
  /** Middle of the part, px of the reference picture. */
  readonly cx: number;
  readonly cy: number;
  readonly count: number;
  /** Relative to the middle, px. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Grey less its mean. */
  readonly level: Float32Array;
  /** Change of grey per px to the right, per px down, and per rad of turning. */
  readonly gx: Float32Array;
  readonly gy: Float32Array;
  readonly gt: Float32Array;
}

interface Steep {
  readonly at: number;
  readonly gx: number;
  readonly gy: number;
  readonly steep: number;
}

/** More pixels cost time and add little. */
const mostPixels = 800;
/** One pixel of each cell of so many px: they are spread over the part, and a stain hides only some. */
const cell = 4;

/** Learns a part from the reference picture. @param box px, inside the picture by 1 px. */
export function patternOf(
  { data, width }: Grey,
  [left, top, w, h]: readonly [number, number, number, number],
): Pattern {
  const chosen: Steep[] = [];
  for (let y = top + 1; y < top + h - 1; y += cell)
    for (let x = left + 1; x < left + w - 1; x += cell) {
      let best: Steep | undefined;
      for (let row = y; row < Math.min(y + cell, top + h - 1); row++)
        for (let column = x; column < Math.min(x + cell, left + w - 1); column++) {
          const at = row * width + column;
          const gx = (data[at + 1]! - data[at - 1]!) / 2;
          const gy = (data[at + width]! - data[at - width]!) / 2;
          const steep = gx * gx + gy * gy;
          if (!best || steep > best.steep) best = { at, gx, gy, steep };
        }
      if (best) chosen.push(best);
    }
  chosen.sort((a, b) => b.steep - a.steep).splice(mostPixels);
  const [cx, cy] = [left + w / 2, top + h / 2];
  const mean = chosen.reduce((sum, p) => sum + data[p.at]!, 0) / chosen.length;
  const column = (of: (p: (typeof chosen)[number]) => number): Float32Array => Float32Array.from(chosen, of);
  // Pixel centres: column 0 lies at 0.5.
  const [x, y] = [column((p) => (p.at % width) + 0.5 - cx), column((p) => Math.floor(p.at / width) + 0.5 - cy)];
  return {
    cx,
    cy,
    count: chosen.length,
    x,
    y,
    level: column((p) => data[p.at]! - mean),
    gx: column((p) => p.gx),
    gy: column((p) => p.gy),
    gt: Float32Array.from(chosen, (p, i) => p.gy * x[i]! - p.gx * y[i]!),
  };
}

const mostRounds = 12;
/** px: what a further round would change less than this is not worth it. */
const still = 0.02;
/** Unknowns: shift right, shift down, turn, gain of brightness, brightness. */
const unknowns = 5;

/**
 * Brings a pattern to coincide with the picture, from a start within about 2 px: Gauss-Newton on the grey values
 * (inverse compositional: the reference's own gradients serve in each round), with gain and brightness left free, and
 * pixels that fit badly counting less, so that a stain or a fold does not pull. Good to a few hundredths of a px.
 */
export function align(pattern: Pattern, grey: Grey, place: Placement, start: Pose): Aligned {
  const { count, level, gx, gy, gt } = pattern;
  const seen = new Float32Array(count);
  const weights = new Float32Array(count).fill(1);
  let pose = start;
  for (let round = 0; round < mostRounds; round++) {
    look(pattern, grey, place, pose, seen);
    const normal = new Float64Array(unknowns * unknowns);
    const right = new Float64Array(unknowns);
    accumulate(pattern, seen, weights, normal, right);
    const found = solve(normal, right);
    if (!found || !(found[3]! > 0)) break;
    const [sx, sy, st, gain, bright] = found as unknown as readonly [number, number, number, number, number];
    let misfit = 0;
    for (let i = 0; i < count; i++)
      misfit += Math.abs(seen[i]! - sx * gx[i]! - sy * gy[i]! - st * gt[i]! - gain * level[i]! - bright);
    // Beyond about three deviations a pixel is taken to show something else.
    const scale = 1 / (3 * 1.25 * Math.max(0.5, misfit / count)) ** 2;
    for (let i = 0; i < count; i++) {
      const e = seen[i]! - sx * gx[i]! - sy * gy[i]! - st * gt[i]! - gain * level[i]! - bright;
      weights[i] = 1 / (1 + e * e * scale) ** 2;
    }
    const [ux, uy, ut] = [sx / gain, sy / gain, st / gain];
    const turn = pose.turn - ut;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    pose = { dx: pose.dx - (cos * ux - sin * uy), dy: pose.dy - (sin * ux + cos * uy), turn };
    if (Math.abs(ux) + Math.abs(uy) < still) break;
  }
  look(pattern, grey, place, pose, seen);
  return { ...pose, ...likeness(level, seen) };
}

function accumulate(
  { count, gx, gy, gt, level }: Pattern,
  seen: Float32Array,
  weights: Float32Array,
  normal: Float64Array,
  right: Float64Array,
): void {
  const row = new Float64Array(unknowns);
  row[4] = 1;
  for (let i = 0; i < count; i++) {
    row[0] = gx[i]!;
    row[1] = gy[i]!;
    row[2] = gt[i]!;
    row[3] = level[i]!;
    const value = seen[i]!;
    const weight = weights[i]!;
    for (let a = 0; a < unknowns; a++) {
      const wa = weight * row[a]!;
      right[a]! += wa * value;
      for (let b = a; b < unknowns; b++) normal[a * unknowns + b]! += wa * row[b]!;
    }
  }
  for (let a = 0; a < unknowns; a++) for (let b = 0; b < a; b++) normal[a * unknowns + b] = normal[b * unknowns + a]!;
}

/** What the picture shows where the pattern's pixels would lie (bilinear; beyond its border the border goes on). */
function look(
  { cx, cy, count, x, y }: Pattern,
  { data, width, height }: Grey,
  { a, b, dx, dy }: Placement,
  pose: Pose,
  seen: Float32Array,
): void {
  const [cos, sin] = [Math.cos(pose.turn), Math.sin(pose.turn)];
  // Both steps in one: the pattern onto the reference picture, and that onto the picture at hand.
  const [p, q] = [a * cos - b * sin, b * cos + a * sin];
  const [mx, my] = [cx + pose.dx, cy + pose.dy];
  const [ox, oy] = [a * mx - b * my + dx - 0.5, b * mx + a * my + dy - 0.5];
  const [right, bottom] = [width - 1.001, height - 1.001];
  for (let i = 0; i < count; i++) {
    const px = p * x[i]! - q * y[i]! + ox;
    const py = q * x[i]! + p * y[i]! + oy;
    const fx = px < 0 ? 0 : px > right ? right : px;
    const fy = py < 0 ? 0 : py > bottom ? bottom : py;
    const [x0, y0] = [fx | 0, fy | 0];
    const [ux, uy] = [fx - x0, fy - y0];
    const at = y0 * width + x0;
    const above = data[at]! + ux * (data[at + 1]! - data[at]!);
    const below = data[at + width]! + ux * (data[at + width + 1]! - data[at + width]!);
    seen[i] = above + uy * (below - above);
  }
}

/** @param level has no mean of its own. */
function likeness(level: Float32Array, seen: Float32Array): { readonly similarity: number; readonly contrast: number } {
  const n = level.length;
  let sum = 0;
  let squares = 0;
  let products = 0;
  let own = 0;
  for (let i = 0; i < n; i++) {
    const [s, l] = [seen[i]!, level[i]!];
    sum += s;
    squares += s * s;
    products += s * l;
    own += l * l;
  }
  const spread = Math.max(0, squares - (sum * sum) / n);
  return {
    similarity: spread === 0 || own === 0 ? 0 : products / Math.sqrt(spread * own),
    contrast: own === 0 ? 0 : Math.sqrt(spread / own),
  };
}
