import type { Svg } from "../../../src/vision/model-tools/plots/svg.ts";
import { quantile } from "../../../src/vision/model-tools/quantile.ts";
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
  /** Pictures by their name, written where the caller asks for them. */
  readonly plots?: Readonly<Record<string, Svg>>;
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

/** Times of a task's images: by the clock, and what this process computed, which is the steadier one on a busy machine. */
export interface Stopwatch {
  measure<T>(work: () => Promise<T>): Promise<T>;
  /** Median by the clock, ms. */
  readonly p50: number;
  readonly figures: Readonly<Record<string, number>>;
}

export function stopwatch(): Stopwatch {
  const wall: number[] = [];
  const cpu: number[] = [];
  return {
    async measure(work) {
      const [start, used] = [performance.now(), process.cpuUsage()];
      const result = await work();
      const { user, system } = process.cpuUsage(used);
      wall.push(performance.now() - start);
      cpu.push((user + system) / 1_000);
      return result;
    },
    get p50() {
      return quantile(wall, 0.5);
    },
    get figures() {
      return { p50: quantile(wall, 0.5), p90: quantile(wall, 0.9), max: quantile(wall, 1), cpuP50: quantile(cpu, 0.5) };
    },
  };
}
