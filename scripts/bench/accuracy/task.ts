import type { LabelledSet } from "./labelled-set.ts";

/** A figure that was promised: what must be reached, and what is aimed at. */
export interface Bar {
  readonly figure: string;
  readonly value: number;
  readonly must: number;
  readonly aim?: number;
  /** True where less is better. */
  readonly isCeiling?: true;
}

/** What one set came to. */
export interface TaskResult {
  readonly task: string;
  readonly set: string;
  readonly bars: readonly Bar[];
  /** Everything else worth knowing, printed as it stands. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** One kind of question to a set of images. */
export interface AccuracyTask {
  readonly name: string;
  /** Whether the set has what this task needs. */
  fits(set: LabelledSet): boolean | Promise<boolean>;
  /** @param out a temporary folder of its own */
  run(set: LabelledSet, out: string): Promise<TaskResult>;
}

/** True when the bar is reached; a figure that is no number reaches nothing. */
export const reaches = ({ value, isCeiling }: Bar, limit: number): boolean =>
  isCeiling ? value <= limit : value >= limit;

/** Quantile of a list, 0..1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
