import type { UnitRecord } from "../../domain/unit-record.ts";
import type { HistoryReader } from "../history/requests.ts";
import { unitPages } from "../results/units.ts";
import { fitsFilter, type ResultFilter, visionFacts } from "./result.ts";

/** Results that one answer holds at most. */
export const maximumResults = 500;
/** Units that one search looks at, the newest; older ones are found by their id. */
export const searchedUnits = 10_000;

/** A GetResultListFiltered (OPC 40100-1 §7.10.2.3), read. */
export interface UnitSearch {
  /** The newest unit that clients know of. */
  readonly head: number;
  readonly filter: ResultFilter;
  /** Fitting units to pass over, and to return at most. */
  readonly start: number;
  readonly most: number;
}
export interface FoundUnits {
  readonly units: readonly UnitRecord[];
  /** Nothing that fits comes behind them. */
  readonly isAll: boolean;
  /** Units that might fit were not looked at: they are too old, or the time was up. */
  readonly isCut: boolean;
}

/**
 * Looks through the newest units, the oldest of them first, and ends with the first one that no longer has a place in the
 * answer. Holds a page of units besides the answer. Rejects with a HistoryUnavailable.
 */
export async function findUnits(
  history: HistoryReader,
  station: string,
  { head, filter, start, most }: UnitSearch,
  remainingMs: () => number,
): Promise<FoundUnits> {
  const units: UnitRecord[] = [];
  const from = Math.max(1, head - searchedUnits + 1);
  let fitting = 0;
  for await (const page of unitPages(history, station, from, searchedUnits)) {
    for (const { unit } of page) {
      if (unit.sequence > head || !fitsFilter(filter, visionFacts(station, unit))) continue;
      if (units.length === most) return { units, isAll: false, isCut: false };
      if (fitting++ >= start) units.push(unit);
    }
    if (remainingMs() === 0 && page.at(-1)?.unit.sequence !== head) return { units, isAll: false, isCut: true };
  }
  return { units, isAll: true, isCut: from > 1 };
}
