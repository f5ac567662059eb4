import type { Grey } from "../grey.ts";

/** Left digits with odd parity (set A of ISO/IEC 15420); 1 = dark. The right digits (C) are their negatives, set B is C reversed. */
const setA = [
  "0001101",
  "0011001",
  "0010011",
  "0111101",
  "0100011",
  "0110001",
  "0101111",
  "0111011",
  "0110111",
  "0001011",
];
/** Which left digits come from set B, by the digit that is not printed. */
const parities = ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"];
/** Samples per module. */
const samples = 3;
/** A module's edge is spread over about this much of a module by lens and motion (standard deviation). */
const spread = 0.45;
/** Modules of a digit with the neighbour on either side, which is always known. */
const digitModules = 9;

/** Zero mean, unit length, blurred: what a stretch of the profile is correlated with. Bright is high. */
function template(modules: string): Float32Array {
  const count = modules.length * samples;
  const raw = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let [sum, total] = [0, 0];
    for (let j = -9; j <= 9; j++) {
      const weight = Math.exp(-((j / samples / spread) ** 2) / 2);
      const at = Math.max(0, Math.min(count - 1, i + j));
      sum += weight * (modules[Math.floor(at / samples)] === "1" ? 0 : 1);
      total += weight;
    }
    raw[i] = sum / total;
  }
  const mean = raw.reduce((a, b) => a + b, 0) / count;
  const length = Math.hypot(...raw.map((v) => v - mean));
  return Float32Array.from(raw, (v) => (v - mean) / length);
}

const negative = (modules: string): string => [...modules].map((m) => (m === "1" ? "0" : "1")).join("");
const reversed = (modules: string): string => [...modules].reverse().join("");
/** Left digits stand between dark and light: `1 … 0`. 10 of set A, then 10 of set B. */
const leftTemplates = [...setA, ...setA.map((m) => reversed(negative(m)))].map((m) => template(`1${m}0`));
const [startTemplate, centreTemplate, endTemplate] = [template("001010"), template("1010101"), template("010100")];

/** How well each element fits at each position: `digits[p][u]` −1..1 for left digits; the right ones are the negatives. */
interface Fits {
  readonly count: number;
  readonly start: Float32Array;
  readonly centre: Float32Array;
  readonly end: Float32Array;
  readonly digits: readonly Float32Array[];
}

/** Where one scan line has a code, and how well each digit fits there. */
interface Alignment {
  /** Mean fit of all 15 elements, −1..1. */
  readonly fit: number;
  /** [6, 20] fits of the left digits, then [6, 10] of the right ones. */
  readonly left: readonly Float32Array[];
  readonly right: readonly Float32Array[];
}

function correlate(
  profile: Float32Array,
  shape: Float32Array,
  offset: number,
  out: Float32Array,
  norms: Float32Array,
): void {
  const n = shape.length;
  for (let u = 0; u < out.length; u++) {
    const from = u + offset;
    if (from < 0 || from + n > profile.length) {
      out[u] = -1;
      continue;
    }
    let sum = 0;
    for (let i = 0; i < n; i++) sum += profile[from + i]! * shape[i]!;
    out[u] = sum * norms[from]!;
  }
}

/** 1 / length of the stretch of `n` samples from each position, mean removed. */
function inverseLengths(profile: Float32Array, n: number): Float32Array {
  const result = new Float32Array(profile.length);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < profile.length + n; i++) {
    if (i < profile.length) {
      sum += profile[i]!;
      squares += profile[i]! ** 2;
    }
    if (i >= n) {
      sum -= profile[i - n]!;
      squares -= profile[i - n]! ** 2;
    }
    const from = i - n + 1;
    // The floor keeps noise on blank paper from looking like bars.
    if (from >= 0 && from < profile.length) result[from] = 1 / Math.sqrt(Math.max(squares - (sum * sum) / n, n * 9));
  }
  return result;
}

function fitsOf(profile: Float32Array): Fits {
  const count = profile.length;
  const run = (shape: Float32Array, lead: number, norms = inverseLengths(profile, shape.length)): Float32Array => {
    const out = new Float32Array(count);
    correlate(profile, shape, -lead * samples, out, norms);
    return out;
  };
  const norms = inverseLengths(profile, digitModules * samples);
  return {
    count,
    start: run(startTemplate, 2),
    centre: run(centreTemplate, 1),
    end: run(endTemplate, 1),
    digits: leftTemplates.map((shape) => run(shape, 1, norms)),
  };
}

/** Modules of the 15 elements in order. */
const elements = [3, 7, 7, 7, 7, 7, 7, 5, 7, 7, 7, 7, 7, 7, 3];

/** The best way through start, digits, centre, digits, end; each element may be a sample longer or shorter than its nominal width. */
function align({ count, start, centre, end, digits }: Fits): Alignment | undefined {
  const left = new Float32Array(count).fill(-1);
  const right = new Float32Array(count).fill(-1);
  for (let u = 0; u < count; u++) {
    for (let p = 0; p < 20; p++) left[u] = Math.max(left[u]!, digits[p]![u]!);
    // Outside the line every fit is −1, whose negative would be perfect.
    if (digits[0]![u]! > -1) for (let p = 0; p < 10; p++) right[u] = Math.max(right[u]!, -digits[p]![u]!);
  }
  const fitOf = (e: number): Float32Array =>
    e === 0 ? start : e === 7 ? centre : e === 14 ? end : e < 7 ? left : right;
  let best = Float32Array.from(start);
  const backs: Int8Array[] = [];
  for (let e = 1; e < elements.length; e++) {
    const next = new Float32Array(count).fill(-99);
    const back = new Int8Array(count);
    const width = elements[e - 1]! * samples;
    const own = fitOf(e);
    const slack = elements[e - 1]! > 3 ? 1 : 0;
    for (let u = width; u < count; u++) {
      let value = -99;
      for (let d = -slack; d <= slack; d++) {
        const from = u - width - d;
        if (from < 0) continue;
        // A drift must pay for itself.
        const candidate = best[from]! - (d === 0 ? 0 : 0.02);
        if (candidate > value) [value, back[u]] = [candidate, d];
      }
      next[u] = value + own[u]!;
    }
    best = next;
    backs.push(back);
  }
  let at = 0;
  for (let u = 1; u < count; u++) if (best[u]! > best[at]!) at = u;
  const total = best[at]!;
  if (total <= 0) return undefined;
  const positions = new Array<number>(elements.length);
  positions[14] = at;
  for (let e = 14; e > 0; e--)
    positions[e - 1] = positions[e]! - elements[e - 1]! * samples - backs[e - 1]![positions[e]!]!;
  const of = (e: number, kinds: number, sign: 1 | -1): Float32Array =>
    Float32Array.from({ length: kinds }, (_, p) => sign * digits[p]![positions[e]!]!);
  return {
    fit: total / elements.length,
    left: [1, 2, 3, 4, 5, 6].map((e) => of(e, 20, 1)),
    right: [8, 9, 10, 11, 12, 13].map((e) => of(e, 10, -1)),
  };
}

/** A code with how sure it is. */
export interface ProfileRead {
  /** 13 digits. */
  readonly text: string;
  /** Mean fit of the digits over the lines that were used, −1..1. */
  readonly fit: number;
  /** Mean fit of the next best code with a valid check digit. */
  readonly nextFit: number;
  /** Scan lines that were used. */
  readonly lines: number;
}

/** The best code, and the value of the second best, among those whose parity and check digit (ISO/IEC 15420 annex A) agree. */
function bestCode(
  left: readonly Float32Array[],
  right: readonly Float32Array[],
): { text: string; value: number; next: number } {
  let best = { text: "", value: -Infinity };
  let next = -Infinity;
  for (let first = 0; first < 10; first++) {
    const fits = [
      ...left.map((f, i) => f.subarray(parities[first]![i] === "B" ? 10 : 0, parities[first]![i] === "B" ? 20 : 10)),
      ...right,
    ];
    // Per remainder of the weighted digit sum modulo 10: the two best ways to get there.
    let ways: { value: number; text: string }[][] = Array.from({ length: 10 }, () => []);
    ways[first] = [{ value: 0, text: String(first) }];
    for (const [i, fit] of fits.entries()) {
      const weight = i % 2 === 0 ? 3 : 1;
      const following: { value: number; text: string }[][] = Array.from({ length: 10 }, () => []);
      for (let remainder = 0; remainder < 10; remainder++)
        for (const way of ways[remainder]!)
          for (let digit = 0; digit < 10; digit++) {
            const to = following[(remainder + weight * digit) % 10]!;
            const value = way.value + fit[digit]!;
            if (to.length === 2 && value <= to[1]!.value) continue;
            to.push({ value, text: way.text + digit });
            to.sort((a, b) => b.value - a.value);
            if (to.length > 2) to.length = 2;
          }
      ways = following;
    }
    for (const way of ways[0]!)
      if (way.value > best.value) {
        next = Math.max(next, best.value);
        best = way;
      } else next = Math.max(next, way.value);
  }
  return { ...best, next };
}

/** Direction across the bars, radians, and how much of all edges runs that way, 0..1. */
function acrossBars({ data, width, height }: Grey): { readonly angle: number; readonly coherence: number } {
  let [xx, xy, yy] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const dx = data[at + 1]! - data[at - 1]!;
      const dy = data[at + width]! - data[at - width]!;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
  return { angle: Math.atan2(2 * xy, xx - yy) / 2, coherence: Math.hypot(xx - yy, 2 * xy) / Math.max(1, xx + yy) };
}

/** Scan lines in parallel to `angle`, at most `limit`, each the mean of a band of rows; one sample per px. */
function bands({ data, width, height }: Grey, angle: number, limit: number): readonly Float32Array[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const length = Math.ceil(Math.abs(width * cos) + Math.abs(height * sin));
  const depth = Math.ceil(Math.abs(width * sin) + Math.abs(height * cos));
  const step = Math.max(3, depth / (limit + 1));
  const rows = Math.max(3, Math.min(7, Math.round(step / 2)));
  const result: Float32Array[] = [];
  for (let centre = -depth / 2 + step; centre <= depth / 2 - step / 2; centre += step) {
    const line = new Float32Array(length);
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        const along = i - length / 2 + 0.5;
        const aside = centre + r - (rows - 1) / 2;
        const x = Math.max(0, Math.min(width - 1.001, width / 2 + along * cos - aside * sin - 0.5));
        const y = Math.max(0, Math.min(height - 1.001, height / 2 + along * sin + aside * cos - 0.5));
        const [left, top] = [Math.floor(x), Math.floor(y)];
        const [fx, fy] = [x - left, y - top];
        const at = top * width + left;
        const below = Math.min(at + width, data.length - 2);
        sum +=
          (1 - fy) * ((1 - fx) * data[at]! + fx * data[at + 1]!) +
          fy * ((1 - fx) * data[below]! + fx * data[below + 1]!);
      }
      line[i] = sum / rows;
    }
    result.push(line);
  }
  return result;
}

/** The line at `samples` per module of `module` px. */
function atModule(line: Float32Array, module: number): Float32Array {
  const step = module / samples;
  return Float32Array.from({ length: Math.floor((line.length - 1) / step) }, (_, i) => {
    const position = i * step;
    const at = Math.floor(position);
    return line[at]! + (position - at) * (line[at + 1]! - line[at]!);
  });
}

/** Ratio between module widths that are tried. */
const widthStep = 1.06;
/** Share of the line that a code must fill at least: what is smaller belongs into a smaller region. */
const smallest = 0.35;
const limits = {
  /** Scan lines looked at. */
  lines: 14,
  /** A line counts when its elements fit this well on the whole. */
  lineFit: 0.72,
  /** A line that fits this well needs no other width. */
  goodFit: 0.85,
  /** Lines that must count. */
  leastLines: 3,
  coherence: 0.3,
} as const;

/**
 * Reads EAN-13 and UPC-A (as 13 digits) from grey levels where bars are too soft or too uneven for edges: each digit is
 * correlated with its printed pattern along many scan lines, the fits are added over the lines (a reflection rarely covers
 * the same digit on all), and the best code with valid parity and check digit wins. Answers what it thinks, with its
 * fit and the runner-up's: the caller decides whether that is enough. The code must stand upright or lie within ±45°.
 */
export function readEanProfile(grey: Grey): ProfileRead | undefined {
  const { angle, coherence } = acrossBars(grey);
  if (coherence < limits.coherence) return undefined;
  const lines = bands(grey, angle, limits.lines);
  const length = lines[0]?.length ?? 0;
  const modules: number[] = [];
  for (let m = (length * smallest) / 95; m <= length / 95; m *= widthStep) if (m >= 0.8) modules.push(m);
  const probes = lines.filter((_, i) => i % 4 === 1);
  let [module, bestFit] = [0, 0];
  for (const m of modules) {
    let fit = 0;
    for (const line of probes) fit = Math.max(fit, align(fitsOf(atModule(line, m)))?.fit ?? 0);
    if (fit > bestFit) [module, bestFit] = [m, fit];
  }
  if (bestFit < limits.lineFit) return undefined;
  const left = Array.from({ length: 6 }, () => new Float32Array(20));
  const right = Array.from({ length: 6 }, () => new Float32Array(10));
  let used = 0;
  for (const line of lines) {
    let aligned = align(fitsOf(atModule(line, module)));
    // Perspective makes lines differ a little in width; only those that fit badly are worth the time.
    if (aligned && aligned.fit < limits.goodFit)
      for (const m of [module / 1.03, module * 1.03]) {
        const candidate = align(fitsOf(atModule(line, m)));
        if (candidate && candidate.fit > aligned.fit) aligned = candidate;
      }
    if (!aligned || aligned.fit < limits.lineFit) continue;
    used += 1;
    for (const [i, fits] of aligned.left.entries()) for (let p = 0; p < 20; p++) left[i]![p]! += fits[p]!;
    for (const [i, fits] of aligned.right.entries()) for (let p = 0; p < 10; p++) right[i]![p]! += fits[p]!;
  }
  if (used < limits.leastLines) return undefined;
  const { text, value, next } = bestCode(left, right);
  return { text, fit: value / (12 * used), nextFit: next / (12 * used), lines: used };
}
