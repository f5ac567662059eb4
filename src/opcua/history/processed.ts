import type { ScalarName } from "../../../nodeset/model.ts";
import type { Place } from "../../ledger/query.ts";
import type { AggregateSettings } from "./aggregate-defaults.ts";
import { type AggregateName, aggregateRow, type Facts, type Outcome } from "./aggregates.ts";
import { type Bounding, type Known, knownAt, valueAt } from "./at-time.ts";
import { type Gathered, intervalOf, nothing, type Sample, withRegion, withSample } from "./interval.ts";
import { firstRow, isLast, longPage, placeOf, type Search } from "./looking.ts";
import type { Rows } from "./raw.ts";
import { isRow, type Row } from "./rows.ts";
import { codes } from "./status.ts";

/** What ReadProcessed asks for (OPC 10000-11 §6.5.4); UTC ms. */
export interface ProcessedDomain {
  readonly start: number;
  readonly end: number;
  /** Processing interval, ms; 0 = one for the whole domain. */
  readonly width: number;
  readonly aggregate: AggregateName;
  /** Of the variable. */
  readonly dataType: ScalarName;
  readonly settings: AggregateSettings;
}

/** An interval whose values are not all gathered yet. */
export interface Begun {
  readonly gathered: Gathered;
  /** The value that holds, and since when, UTC ms. */
  readonly held: Sample | undefined;
  readonly since: number;
  readonly after: Place;
}

/** Where a page begins: with which interval, and what the pages before found out. */
export interface ProcessedPlace {
  readonly begin: number;
  /** What was gathered of that interval. */
  readonly begun?: Begun;
  /** First and last instant of all values, UTC ms. */
  readonly oldest?: number;
  readonly newest?: number;
  readonly known?: Known;
  /** A search for a single value that was not over. */
  readonly search?: Search;
}

const always = Number.MAX_SAFE_INTEGER;

/**
 * Aggregate values of one page of intervals, and where the next page begins when there is more. A page without a value is
 * one that did not get to the end of an interval.
 *
 * @param endOfData newest instant that anything is known of, UTC ms
 * @param breathe lets other reads of the thread go on
 * @param most entries that the page may look at
 */
export async function readProcessed(
  rows: Rows,
  domain: ProcessedDomain,
  page: ProcessedPlace & { readonly limit: number },
  endOfData: number,
  breathe: () => Promise<void>,
  most = longPage,
): Promise<{ readonly rows: readonly Outcome[]; readonly next?: ProcessedPlace }> {
  const { start, end, width, settings } = domain;
  const row = aggregateRow(domain.aggregate);
  const looking = { left: most, breathe };
  const outcomes: Outcome[] = [];
  let { begin: n, search, known, oldest, newest } = page;
  const goOn = (unfinished: Pick<ProcessedPlace, "begun" | "search">) => ({
    rows: outcomes,
    next: {
      begin: n,
      ...(oldest !== undefined && { oldest }),
      ...(newest !== undefined && { newest }),
      ...(known && { known }),
      ...unfinished,
    },
  });
  /** The first search that a page begins is the one that the page before did not end. */
  const unfinished = (): { readonly after?: Place } => {
    const after = search?.after;
    search = undefined;
    return after ? { after } : {};
  };

  const whole = { from: -always, to: always };
  if (oldest === undefined) {
    const found = await firstRow(rows({ ...whole, backwards: false, ...unfinished() }), looking);
    if ("search" in found) return goOn(found);
    oldest = found.row?.time ?? always;
  }
  if (newest === undefined) {
    const found = await firstRow(rows({ ...whole, backwards: true, ...unfinished() }), looking);
    if ("search" in found) return goOn(found);
    newest = found.row?.time ?? -always;
  }
  const lastKnown = Math.max(endOfData, newest);
  const isInstant = row.from === "instant";
  const bounding: Bounding = {
    simple: !isInstant,
    treatUncertainAsBad: settings.treatUncertainAsBad,
    endOfData: lastKnown,
  };
  const find = async (time: number): Promise<Row | { readonly search: Search }> => {
    const found = await knownAt(rows, time, bounding, looking, { known, search });
    if ("search" in found) return found;
    if (found.known !== known) search = undefined;
    known = found.known;
    return valueAt(known, time, bounding);
  };

  /** The value that holds at the end of the interval before, where that is the begin of the next. */
  let kept: { readonly at: number; readonly held: Sample | undefined } | undefined;
  for (; outcomes.length < page.limit; n++) {
    const interval = intervalOf(start, end, width, n);
    if (!interval) return { rows: outcomes };
    if (isInstant) {
      const found = await find(interval.start);
      if ("search" in found) return goOn(found);
      outcomes.push(found);
      continue;
    }
    // Before the begin and behind the end of the data nothing is known.
    if (interval.to <= oldest || interval.from > lastKnown) {
      outcomes.push({ time: interval.start, value: undefined, status: codes.BadNoData });
      continue;
    }
    const covered = Math.min(interval.to, lastKnown + 1);
    const facts = {
      interval,
      settings,
      dataType: domain.dataType,
      isPartial: interval.isCut || oldest > interval.from || covered < interval.to,
      coveredMs: covered - interval.from,
    };
    if (row.from === "bounds") {
      const first = await find(interval.start);
      if ("search" in first) return goOn(first);
      const last = await find(interval.end);
      if ("search" in last) return goOn(last);
      outcomes.push(row.of({ ...facts, gathered: nothing, bounds: [usable(first), usable(last)] }));
      continue;
    }
    const begun = n === page.begin ? page.begun : undefined;
    let gathered = begun?.gathered ?? nothing;
    let since = begun?.since ?? interval.from;
    let held = begun?.held;
    if (!begun && kept?.at === interval.from) held = kept.held;
    else if (!begun) {
      const span = { from: -always, to: interval.from, backwards: true };
      const found = await firstRow(rows({ ...span, ...unfinished() }), looking);
      if ("search" in found) return goOn(found);
      held = found.row;
    }
    const inside = { from: interval.from, to: covered - 1, backwards: false, ...(begun && { after: begun.after }) };
    for (const look of rows(inside)) {
      if (isRow(look)) {
        gathered = withRegion(gathered, held, look.time - since, settings.treatUncertainAsBad);
        gathered = withSample(gathered, look);
        held = look;
        since = look.time;
      }
      if (await isLast(looking)) return goOn({ begun: { gathered, held, since, after: placeOf(look) } });
    }
    gathered = withRegion(gathered, held, covered - since, settings.treatUncertainAsBad);
    kept = { at: interval.to, held };
    outcomes.push(row.of({ ...facts, gathered } satisfies Facts));
  }
  return intervalOf(start, end, width, n) ? goOn({}) : { rows: outcomes };
}

/** A raw value that lies exactly at a bound and is bad has no value (§3.1.9). */
const usable = (row: Row): Sample => (row.value === undefined ? { ...row, status: codes.BadNoData } : row);
