/** How a recipe that only looks along compares with the one that decides. Counts are pictures: one per trigger and camera. */
export interface ShadowFigures {
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

/** What is known of the recipe that looks along. */
export interface ShadowState {
  /** ID@version of what loads or looks along; "" = nothing does. */
  readonly recipe: string;
  /** How it stands, for a person. */
  readonly status: string;
  /** Only while it looks along. */
  readonly figures?: ShadowFigures;
}
export const noShadow: ShadowState = { recipe: "", status: "no recipe looks along" };
