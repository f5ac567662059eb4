import type { RecipeRef } from "./recipe.ts";

/** How a recipe that only looks along compares with the one that decides. Counts are pictures: one per trigger and camera. */
export interface ShadowFigures {
  readonly recipe: RecipeRef;
  /** Both said something about it. */
  readonly units: number;
  readonly agreements: number;
  readonly differences: number;
  /** `<deciding>→<shadow>`, e.g. `pass→fail`, for those that differ. `absent` = nothing was there. */
  readonly pairs: Readonly<Record<string, number>>;
  /** The shadow could not inspect it, or never answered. */
  readonly failures: number;
  /** Trigger to the shadow's verdict over the last 1,000 pictures, ms; undefined before the first. */
  readonly latencyP50Ms?: number;
  readonly latencyP99Ms?: number;
}
