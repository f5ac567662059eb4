import { type SyntheticOptions, syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import type { Placement } from "../../src/cameras/synthetic/placement.ts";
import { createSyntheticRenderer, type Picture } from "../../src/cameras/synthetic/renderer.ts";

/** Lies as in the reference picture. */
export const upright: Placement = { dx16: 0, dy16: 0, turn_mrad: 0 };

/** Draws bags of the synthetic line, each lying as told; the label right where it belongs or as far off as told, mm. */
export async function drawBags(options: Partial<SyntheticOptions> = {}) {
  const renderer = await createSyntheticRenderer(syntheticOptions.parse({ seed: 9, goodOnly: true, ...options }));
  return (placement = upright, label = { dx_mm: 0, dy_mm: 0 }, unit = 1): Picture =>
    renderer.renderPosed(unit, { placement, label: { ...label, offset_mm: Math.hypot(label.dx_mm, label.dy_mm) } });
}

/** Bags with one defect, and nothing else wrong. */
export const drawDefective = (only: SyntheticOptions["only"]) =>
  drawBags({ goodOnly: false, defectRate: 1, absentRate: 0, only });

/** The belt alone. */
export async function drawEmpty(unit = 1): Promise<Picture> {
  return (await createSyntheticRenderer(syntheticOptions.parse({ seed: 9 }))).renderEmpty(unit);
}
