import type { Place } from "../../ledger/query.ts";
import { isRow, type Look, type Row } from "./rows.ts";

/** Entries that a page which is made in one go looks at: a fraction of a second, also where none speaks of the variable. */
export const shortPage = 5_000;
/** Entries that a page looks at which lets other reads go on between: no client waits for a year of minutes. */
export const longPage = 50_000;
/** Entries between two breaths of the thread. */
const slice = 2_000;

/** What a page may still look at. A page that has looked at enough ends, with a value or without, and can be gone on with. */
export interface Looking {
  left: number;
  /** Lets other reads of the thread go on. */
  readonly breathe: () => Promise<void>;
}

/** Where a search was when its page had looked at enough. */
export interface Search {
  readonly after: Place;
  /** Time of the oldest value that was skipped, UTC ms. */
  readonly skippedFrom?: number;
}

/** Counts a look, and says whether the page ends with it. */
export async function isLast(looking: Looking): Promise<boolean> {
  looking.left -= 1;
  if (looking.left % slice === 0) await looking.breathe();
  return looking.left <= 0;
}

export const placeOf = ({ time, offset }: Place): Place => ({ time, offset });

/** The first row there is, or where to go on with the search for it. */
export async function firstRow(
  looks: Iterable<Look>,
  looking: Looking,
): Promise<{ readonly row: Row | undefined } | { readonly search: Search }> {
  for (const look of looks) {
    if (isRow(look)) return { row: look };
    if (await isLast(looking)) return { search: { after: placeOf(look) } };
  }
  return { row: undefined };
}
