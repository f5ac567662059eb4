import { isLast, type Looking, longPage, placeOf, type Search } from "./looking.ts";
import type { Rows } from "./raw.ts";
import { isRow, type Row } from "./rows.ts";
import { codes, interpolated, isBad, isUncertain } from "./status.ts";

/** How far back a usable value is looked for behind bad ones, ms: the period searched is the server's choice (§3.1.8). */
const furthestMs = 7 * 24 * 3_600_000;
const always = Number.MAX_SAFE_INTEGER;
const never = Number.POSITIVE_INFINITY;

/** How a value between two values is found. */
export interface Bounding {
  /** The nearest value decides, also when it is bad (OPC 10000-13 §3.1.9); otherwise bad ones are skipped (§3.1.8). */
  readonly simple: boolean;
  readonly treatUncertainAsBad: boolean;
  /** Behind this instant nobody knows yet whether a value holds, UTC ms. */
  readonly endOfData: number;
}

/** The value that decides for all instants of a span. The next instant of a request mostly lies in it, or just behind it. */
export interface Known {
  /** First and last of these instants, UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Absent where no value is near enough. */
  readonly row?: Row;
  /** Time of the oldest value behind it that was skipped, UTC ms; Infinity when none was. */
  readonly skippedFrom: number;
}

const isUnusable = (status: number, { treatUncertainAsBad }: Bounding): boolean =>
  isBad(status) || (treatUncertainAsBad && isUncertain(status));

/**
 * Looks for the value that decides for an instant, by what is known of another one, or says where to go on.
 *
 * @param search where the page before stopped looking for the same instant
 */
export async function knownAt(
  rows: Rows,
  time: number,
  bounding: Bounding,
  looking: Looking,
  { known, search }: { readonly known?: Known | undefined; readonly search?: Search | undefined },
): Promise<{ readonly known: Known } | { readonly search: Search }> {
  if (known && time >= known.from && time <= known.to) return { known };
  const earlier = known && time > known.to ? known : undefined;
  let skippedFrom = search?.skippedFrom ?? never;
  const from = earlier ? earlier.to + 1 : -always;
  for (const look of rows({ from, to: time, backwards: true, ...(search && { after: search.after }) })) {
    if (isRow(look)) {
      if (bounding.simple || !isUnusable(look.status, bounding))
        return { known: { from: look.time, to: time, row: look, skippedFrom } };
      skippedFrom = look.time;
      if (look.time < time - furthestMs) return { known: { from: time, to: time, skippedFrom } };
    }
    if (await isLast(looking)) return { search: { after: placeOf(look), skippedFrom } };
  }
  if (!earlier) return { known: { from: -always, to: time, skippedFrom } };
  const isForAllBefore = earlier.row !== undefined || earlier.from === -always;
  return {
    known: {
      ...earlier,
      from: isForAllBefore ? earlier.from : time,
      to: time,
      skippedFrom: Math.min(earlier.skippedFrom, skippedFrom),
    },
  };
}

/** The value at an instant: the one that is there, or the one before, which holds because all our variables are stepped. */
export function valueAt({ row, skippedFrom }: Known, time: number, bounding: Bounding): Row {
  if (row?.time === time) return row;
  const hasSkipped = skippedFrom <= time;
  if (!row || isUnusable(row.status, bounding) || (hasSkipped && row.time < time - furthestMs))
    return { time, offset: 0, serverTime: time, value: undefined, status: codes.BadNoData };
  const isDoubtful = hasSkipped || isUncertain(row.status) || time > bounding.endOfData;
  return { ...row, time, status: (isDoubtful ? codes.UncertainDataSubNormal : codes.Good) | interpolated };
}

/** What ReadAtTime asks for (OPC 10000-11 §6.5.5), and what the pages before found out. */
export interface AtTimePlace {
  /** UTC ms, in the order in which the answers come. */
  readonly times: readonly number[];
  readonly simpleBounds: boolean;
  readonly known?: Known;
  /** A search for the first of the times that was not over. */
  readonly search?: Search;
}

/**
 * Values of the first times, and how many are done when there is more. A page that has looked at enough ends, also without
 * a value.
 *
 * @param most entries that the page may look at
 */
export async function readAtTime(
  rows: Rows,
  { times, simpleBounds: simple, limit, ...before }: AtTimePlace & { readonly limit: number },
  endOfData: number,
  breathe: () => Promise<void>,
  most = longPage,
): Promise<{
  readonly rows: readonly Row[];
  readonly next?: { readonly done: number } & Pick<AtTimePlace, "known" | "search">;
}> {
  const bounding = { simple, treatUncertainAsBad: true, endOfData };
  const looking = { left: most, breathe };
  const values: Row[] = [];
  let { known, search } = before;
  for (const time of times.slice(0, limit)) {
    const found = await knownAt(rows, time, bounding, looking, { known, search });
    if ("search" in found)
      return { rows: values, next: { done: values.length, ...(known && { known }), search: found.search } };
    known = found.known;
    search = undefined;
    values.push(valueAt(known, time, bounding));
  }
  return { rows: values, ...(known && times.length > limit && { next: { done: values.length, known } }) };
}
