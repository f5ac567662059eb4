import type { NetworkSize } from "../model/anomaly-graph.ts";
import { topMean } from "./gaussians.ts";

/** One way to look at a picture. */
export interface ScalePlan {
  readonly size: NetworkSize;
  /** Principal components kept. */
  readonly components: number;
}

/**
 * How pictures are looked at. A fixed camera: short side 256 px, the other in proportion, multiples of 16; smaller pictures
 * are not enlarged; `native` keeps their own resolution up to 512 px. Loose photographs are squashed to two squares: the coarse one knows best what belongs where, the fine
 * one sees small things, and each keeps as many components as so few pictures can teach.
 */
export function scalesFor(
  { width, height }: { readonly width: number; readonly height: number },
  anySize: boolean,
  native = false,
): readonly [ScalePlan, ...ScalePlan[]] {
  const square = (side: number): NetworkSize => ({ width: side, height: side });
  if (anySize)
    return [
      { size: square(160), components: 64 },
      { size: square(256), components: 32 },
    ];
  const scale = native ? Math.min(1, 512 / Math.max(width, height)) : Math.min(1, 256 / Math.min(width, height));
  const side = (px: number): number => Math.min(512, Math.max(32, 16 * Math.round((px * scale) / 16)));
  return [{ size: { width: side(width), height: side(height) }, components: 64 }];
}

/** What one map says in two numbers. */
export interface MapSummary {
  /** Mean of the highest values. */
  readonly top: number;
  /** Level of the picture as a whole: light, exposure and surface move it together with the top. */
  readonly median: number;
}

/** As the graph takes it: of an even number of values the lower middle one. */
export function summariseMap(map: Float32Array, top: number): MapSummary {
  const sorted = Float32Array.from(map).sort();
  return { top: topMean(map, top), median: sorted[sorted.length - 1 - (sorted.length >> 1)]! };
}

/** How the maps of several scales become one score. */
export interface Fusion {
  /** Exponent of each scale; they add up to 1. */
  readonly weight: number;
  /** A level above this is itself a finding, and no longer divides the top: else something wholly different would look even. */
  readonly levelCap: number;
}

/** Highest held-out level that still counts as a level, as a multiple. */
const capAbove = 1.25;

/** From held-out summaries of good pictures, per scale: each scale weighs as much as it is steady on good pictures. */
export function learnFusion(scales: readonly (readonly MapSummary[])[]): readonly Fusion[] {
  const steadiness = scales.map((summaries) => {
    const logs = summaries.map(({ top, median }) => Math.log(top / median));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    const variance = logs.reduce((a, v) => a + (v - mean) ** 2, 0) / logs.length;
    return 1 / Math.max(1e-3, Math.sqrt(variance));
  });
  const total = steadiness.reduce((a, b) => a + b, 0);
  return scales.map((summaries, i) => ({
    weight: steadiness[i]! / total,
    levelCap: capAbove * Math.max(...summaries.map(({ median }) => median)),
  }));
}

/** The score that the graph computes: a weighted geometric mean of how far each map stands out above its own level. */
export const fusedScore = (summaries: readonly MapSummary[], fusion: readonly Fusion[]): number =>
  summaries.reduce((product, { top, median }, i) => {
    const { weight, levelCap } = fusion[i]!;
    return product * (top / Math.min(median, levelCap)) ** weight;
  }, 1);
