import type { Rows } from "./raw.ts";
import type { Row } from "./rows.ts";
import { codes, interpolated, isBad, isUncertain } from "./status.ts";

/** Bad values that are skipped at most while a usable one is looked for; the period searched is the server's choice. */
const furthestSearch = 10_000;

/** How a value between two values is found. */
export interface Bounding {
  /** The nearest value decides, also when it is bad (OPC 10000-13 §3.1.9); otherwise bad ones are skipped (§3.1.8). */
  readonly simple: boolean;
  readonly treatUncertainAsBad: boolean;
  /** Behind this instant nobody knows yet whether a value holds, UTC ms. */
  readonly endOfData: number;
}

/** The value at an instant: the one that is there, or the one before, which holds because all our variables are stepped. */
export function valueAt(rows: Rows, time: number, bounding: Bounding): Row {
  const isUnusable = (status: number): boolean =>
    isBad(status) || (bounding.treatUncertainAsBad && isUncertain(status));
  let skipped = 0;
  for (const row of rows({ from: -Number.MAX_SAFE_INTEGER, to: time, backwards: true })) {
    if (row.time === time && (bounding.simple || !isUnusable(row.status))) return row;
    if (!isUnusable(row.status)) {
      const isDoubtful = skipped > 0 || isUncertain(row.status) || time > bounding.endOfData;
      return { ...row, time, status: (isDoubtful ? codes.UncertainDataSubNormal : codes.Good) | interpolated };
    }
    skipped += 1;
    if (bounding.simple || skipped > furthestSearch) break;
  }
  return { time, offset: 0, serverTime: time, value: undefined, status: codes.BadNoData };
}
