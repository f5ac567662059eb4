import { blur, type Grey, resize } from "../grey.ts";

/** Corners of a picture, with what they look like. Arrays run in parallel. */
export interface Keypoints {
  readonly count: number;
  /** px of the picture */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Size of a px of the level that it was found on, px of the picture. */
  readonly scale: Float32Array;
  /** Direction of the surroundings, radians. */
  readonly angle: Float32Array;
  /** [count, 8] words: 256 comparisons of brightness, turned with the direction. */
  readonly descriptors: Uint32Array;
}

/** Side of the largest level, px. */
const largest = 360;
const levelRatio = 1.3;
const levels = 5;
/** Radius of the surroundings that are described, px of the level. */
const radius = 15;
/** Words of a descriptor. */
export const descriptorWords = 8;
/** Blur before brightnesses are compared, px. */
const softness = 2;

/** Pairs of places to compare, normally distributed in the surroundings (Calonder et al., BRIEF, 2010); the same for ever. */
const pattern: Int8Array = (() => {
  let state = 42;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 4_294_967_297;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const clamp = (v: number): number => Math.max(-radius + 3, Math.min(radius - 3, Math.round(v * radius * 0.4)));
  return Int8Array.from({ length: descriptorWords * 32 * 4 }, () => clamp(normal()));
})();

/** Finds at most `wanted` corners on a pyramid of pictures and describes them (after Rublee et al., ORB, 2011). */
export function findKeypoints(grey: Grey, wanted: number): Keypoints {
  const found: { x: number; y: number; scale: number; angle: number; descriptor: Uint32Array }[] = [];
  const first = Math.max(1, Math.max(grey.width, grey.height) / largest);
  for (let level = 0; level < levels; level++) {
    const scale = first * levelRatio ** level;
    const [width, height] = [Math.round(grey.width / scale), Math.round(grey.height / scale)];
    if (Math.min(width, height) < 4 * radius) break;
    const picture = scale === 1 ? grey : resize(grey, width, height);
    const share = Math.ceil(
      (wanted * levelRatio ** (-2 * level) * (1 - levelRatio ** -2)) / (1 - levelRatio ** (-2 * levels)),
    );
    const soft = blur(picture, softness);
    for (const [x, y] of corners(picture, share)) {
      const angle = direction(picture, x, y);
      found.push({ x: (x + 0.5) * scale, y: (y + 0.5) * scale, scale, angle, descriptor: describe(soft, x, y, angle) });
    }
  }
  const count = found.length;
  const descriptors = new Uint32Array(count * descriptorWords);
  for (const [i, { descriptor }] of found.entries()) descriptors.set(descriptor, i * descriptorWords);
  const all = (key: "x" | "y" | "scale" | "angle"): Float32Array => Float32Array.from(found, (k) => k[key]);
  return { count, x: all("x"), y: all("y"), scale: all("scale"), angle: all("angle"), descriptors };
}

/** The strongest corners (Harris and Stephens, 1988), spread: at most one within 3 px. */
function corners({ data, width, height }: Grey, wanted: number): readonly (readonly [number, number])[] {
  const size = width * height;
  const products = [new Float32Array(size), new Float32Array(size), new Float32Array(size)] as const;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const dx = data[at + 1]! - data[at - 1]!;
      const dy = data[at + width]! - data[at - width]!;
      products[0][at] = dx * dx;
      products[1][at] = dx * dy;
      products[2][at] = dy * dy;
    }
  const [xx, xy, yy] = products.map((p) => boxMean(p, width, height)) as [Float32Array, Float32Array, Float32Array];
  const strength = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const trace = xx[i]! + yy[i]!;
    strength[i] = xx[i]! * yy[i]! - xy[i]! * xy[i]! - 0.04 * trace * trace;
  }
  const peaks: { at: number; value: number }[] = [];
  for (let y = radius; y < height - radius; y++)
    for (let x = radius; x < width - radius; x++) {
      const at = y * width + x;
      const value = strength[at]!;
      if (value <= 1_000) continue;
      let isPeak = true;
      for (let v = -3; v <= 3 && isPeak; v++)
        for (let u = -3; u <= 3; u++)
          if (strength[at + v * width + u]! > value) {
            isPeak = false;
            break;
          }
      if (isPeak) peaks.push({ at, value });
    }
  return peaks
    .sort((a, b) => b.value - a.value)
    .slice(0, wanted)
    .map(({ at }) => [at % width, Math.floor(at / width)] as const);
}

/** Mean over 5 × 5, by running sums. */
function boxMean(values: Float32Array, width: number, height: number): Float32Array {
  const reach = 2;
  const rows = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = reach; x < width - reach; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) sum += values[y * width + x + k]!;
      rows[y * width + x] = sum;
    }
  for (let y = reach; y < height - reach; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) sum += rows[(y + k) * width + x]!;
      result[y * width + x] = sum / 25;
    }
  return result;
}

/** Where the brightness of the surroundings lies, seen from their middle. */
function direction({ data, width }: Grey, x: number, y: number): number {
  let [sumX, sumY] = [0, 0];
  for (let v = -radius + 1; v < radius; v++)
    for (let u = -radius + 1; u < radius; u++) {
      if (u * u + v * v >= radius * radius) continue;
      const value = data[(y + v) * width + x + u]!;
      sumX += u * value;
      sumY += v * value;
    }
  return Math.atan2(sumY, sumX);
}

function describe({ data, width, height }: Grey, x: number, y: number, angle: number): Uint32Array {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const value = (u: number, v: number): number => {
    const px = Math.max(0, Math.min(width - 1, Math.round(x + u * cos - v * sin)));
    const py = Math.max(0, Math.min(height - 1, Math.round(y + u * sin + v * cos)));
    return data[py * width + px]!;
  };
  const words = new Uint32Array(descriptorWords);
  for (let bit = 0; bit < descriptorWords * 32; bit++) {
    const at = bit * 4;
    if (value(pattern[at]!, pattern[at + 1]!) < value(pattern[at + 2]!, pattern[at + 3]!))
      words[bit >>> 5]! |= 1 << (bit & 31);
  }
  return words;
}
