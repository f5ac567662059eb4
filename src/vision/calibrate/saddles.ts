import type { Grey } from "../grey.ts";
import type { Point } from "../placement.ts";

/** Where two dark and two bright fields meet. */
export interface Saddle extends Point {
  /** How strongly the grey values bend up one way and down the other. */
  readonly strength: number;
}

/** Two saddles closer than this are one, px. */
const apart = 4;
/** Weaker than this share of the strongest is noise. */
const leastShare = 0.08;
/** Of a ring about a saddle: where the sides of the fields are counted. */
const [radius, samples] = [5, 32] as const;

/** The corners of a chessboard, and what else looks like one, strongest first; px, pixel centres at half numbers. @param grey blurred */
export function findSaddles({ data, width, height }: Grey, most: number): readonly Saddle[] {
  const bend = new Float32Array(width * height);
  let strongest = 0;
  for (let y = radius + 1; y < height - radius - 1; y++)
    for (let x = radius + 1; x < width - radius - 1; x++) {
      const at = y * width + x;
      const level = 2 * data[at]!;
      const xx = data[at - 2]! - level + data[at + 2]!;
      const yy = data[at - 2 * width]! - level + data[at + 2 * width]!;
      const xy = data[at - width - 1]! - data[at - width + 1]! - data[at + width - 1]! + data[at + width + 1]!;
      const strength = xy * xy - xx * yy;
      if (strength <= 0) continue;
      bend[at] = strength;
      if (strength > strongest) strongest = strength;
    }
  const found: Saddle[] = [];
  for (let y = radius; y < height - radius; y++)
    for (let x = radius; x < width - radius; x++) {
      const strength = bend[y * width + x]!;
      if (strength < leastShare * strongest || strength === 0) continue;
      if (isHighest(bend, width, height, x, y) && hasFourSides(data, width, x, y))
        found.push({ x: x + 0.5, y: y + 0.5, strength });
    }
  return found.sort((a, b) => b.strength - a.strength).slice(0, most);
}

function isHighest(bend: Float32Array, width: number, height: number, x: number, y: number): boolean {
  const at = y * width + x;
  for (let row = Math.max(0, y - apart); row <= Math.min(height - 1, y + apart); row++)
    for (let column = Math.max(0, x - apart); column <= Math.min(width - 1, x + apart); column++) {
      const other = row * width + column;
      if (bend[other]! > bend[at]! || (bend[other] === bend[at] && other < at)) return false;
    }
  return true;
}

/** Around a corner of a chessboard it is dark, bright, dark, bright; beside an edge or a dot it is not. */
function hasFourSides(data: Uint8Array, width: number, x: number, y: number): boolean {
  const ring = Array.from({ length: samples }, (_, i) => {
    const angle = (2 * Math.PI * i) / samples;
    return data[Math.round(y + radius * Math.sin(angle)) * width + Math.round(x + radius * Math.cos(angle))]!;
  });
  const middle = (Math.min(...ring) + Math.max(...ring)) / 2;
  const changes = ring.filter((level, i) => level > middle !== ring[(i + 1) % samples]! > middle).length;
  return changes === 4;
}
