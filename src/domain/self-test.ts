import type { ModelRef } from "./unit-record.ts";

/** What came of running the golden samples of every model that inspects. */
export interface SelfTestResult {
  readonly passed: boolean;
  readonly models: readonly ModelRef[];
  /** How many samples there are. */
  readonly samples: number;
  /** The largest deviation of those that ran, in tolerances: up to 1 is as taught; absent when none ran. */
  readonly maxDeviation?: number;
  /** For a person: what was checked, or what is wrong and what to do. */
  readonly details: string;
}
/** The result, or why there is none: nothing is known of the models then. */
export type SelfTestAnswer = SelfTestResult | { readonly notRun: string };
