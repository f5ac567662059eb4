import type { RunType } from "../domain/context.ts";
import { defectRate, noCounts, quality } from "../domain/counts.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import { countDefect } from "./minutes.ts";

/** Production units of one second (UTC seconds since 1970) and one kind of run. */
export interface SecondBucket {
  readonly second: number;
  readonly runType: RunType;
  readonly units: number;
  readonly pass: number;
  readonly fail: number;
  /** Fail count per class of the worst defect; classes with none are left out. */
  readonly defects: Readonly<Record<string, number>>;
}

/** The longest window that can be asked for, s. */
export const maximumWindowSeconds = 900;

/** Adds a unit to its second and forgets what no window can reach. Buckets stay in order of time. */
export function addToRolling(buckets: readonly SecondBucket[], unit: UnitRecord): readonly SecondBucket[] {
  const { unitKind, verdict, triggeredAt } = unit;
  const { runType } = unit.context;
  if (unitKind !== "production") return buckets;
  const second = Math.floor(triggeredAt / 1_000);
  const last = buckets.at(-1);
  const isSame = last?.second === second && last.runType === runType;
  const current = isSame ? last : { second, runType, units: 0, pass: 0, fail: 0, defects: {} };
  const next = {
    second,
    runType,
    units: current.units + 1,
    pass: current.pass + Number(verdict.kind === "pass"),
    fail: current.fail + Number(verdict.kind === "fail"),
    defects: countDefect(current.defects, unit),
  };
  if (current === last) return [...buckets.slice(0, -1), next];
  const oldest = second - maximumWindowSeconds;
  const first = buckets.findIndex((b) => b.second > oldest);
  return [...(first < 0 ? [] : buckets.slice(first)), next];
}

/** What happened in a window. */
export interface RollingCounts {
  readonly units: number;
  readonly pass: number;
  readonly fail: number;
  readonly defects: Readonly<Record<string, number>>;
}

/** Counts over the last `windowSeconds` whole seconds before `now` (UTC ms), of one kind of run or of all. */
export function rollingCounts(
  buckets: readonly SecondBucket[],
  now: number,
  windowSeconds: number,
  runType?: RunType,
): RollingCounts {
  const current = Math.floor(now / 1_000);
  const sum = { units: 0, pass: 0, fail: 0, defects: {} as Record<string, number> };
  for (let i = buckets.length - 1; i >= 0; i--) {
    const bucket = buckets[i]!;
    if (bucket.second >= current) continue;
    if (bucket.second < current - windowSeconds) break;
    if (runType !== undefined && bucket.runType !== runType) continue;
    sum.units += bucket.units;
    sum.pass += bucket.pass;
    sum.fail += bucket.fail;
    for (const [name, count] of Object.entries(bucket.defects)) sum.defects[name] = (sum.defects[name] ?? 0) + count;
  }
  return sum;
}

/** Rates over the same window; percent, and units per minute. A rate without a unit is `undefined`. */
export function rollingRates(
  buckets: readonly SecondBucket[],
  now: number,
  windowSeconds: number,
): { readonly defectRate: number | undefined; readonly quality: number | undefined; readonly unitsPerMinute: number } {
  const counts = { ...noCounts, ...rollingCounts(buckets, now, windowSeconds) };
  return {
    defectRate: defectRate(counts),
    quality: quality(counts),
    unitsPerMinute: (counts.units * 60) / windowSeconds,
  };
}
