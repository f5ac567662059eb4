import type { ScalarName } from "../../../nodeset/model.ts";
import type { Place } from "../../ledger/query.ts";
import type { AggregateSettings } from "./aggregate-defaults.ts";
import { type AggregateName, aggregateRow, type Facts, type Outcome } from "./aggregates.ts";
import { type Bounding, valueAt } from "./at-time.ts";
import { type Gathered, intervalOf, nothing, type Sample, withRegion, withSample } from "./interval.ts";
import type { Rows } from "./raw.ts";
import type { Row } from "./rows.ts";
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

/** Raw values between two breaths of the thread. */
const slice = 2_000;
/** Raw values after which a page ends, also in the middle of an interval: no client waits for a year of minutes. */
const longPage = 50_000;

/** An interval whose values are not all gathered yet. */
export interface Begun {
  readonly gathered: Gathered;
  /** The value that holds, and since when, UTC ms. */
  readonly held: Sample | undefined;
  readonly since: number;
  readonly after: Place;
}

const always = Number.MAX_SAFE_INTEGER;
const first = (rows: Iterable<Row>): Row | undefined => {
  for (const row of rows) return row;
  return undefined;
};

/**
 * Aggregate values of one page of intervals, and where the next page begins when there is more. A page without a value is
 * one that did not get to the end of an interval.
 *
 * @param page number of its first interval, and what was gathered of it before
 * @param endOfData newest instant that anything is known of, UTC ms
 * @param breathe lets other reads of the thread go on
 */
export async function readProcessed(
  rows: Rows,
  domain: ProcessedDomain,
  page: { readonly begin: number; readonly begun?: Begun; readonly limit: number },
  endOfData: number,
  breathe: () => Promise<void>,
): Promise<{ readonly rows: readonly Outcome[]; readonly next?: { readonly begin: number; readonly begun?: Begun } }> {
  const { start, end, width, settings } = domain;
  const row = aggregateRow(domain.aggregate);
  const oldest = first(rows({ from: -always, to: always, backwards: false }))?.time;
  const newest = Math.max(endOfData, first(rows({ from: -always, to: always, backwards: true }))?.time ?? -always);
  const bounding: Bounding = { simple: true, treatUncertainAsBad: settings.treatUncertainAsBad, endOfData: newest };
  const boundAt = (time: number): Sample => known(valueAt(rows, time, bounding));

  const outcomes: Outcome[] = [];
  let seen = 0;
  let n = page.begin;
  for (; outcomes.length < page.limit; n++) {
    const interval = intervalOf(start, end, width, n);
    if (!interval) return { rows: outcomes };
    if (row.from === "instant") {
      outcomes.push(valueAt(rows, interval.start, { ...bounding, simple: false }));
      continue;
    }
    // Before the begin and behind the end of the data nothing is known.
    if (oldest === undefined || interval.to <= oldest || interval.from > newest) {
      outcomes.push({ time: interval.start, value: undefined, status: codes.BadNoData });
      continue;
    }
    const covered = Math.min(interval.to, newest + 1);
    const facts = {
      interval,
      settings,
      dataType: domain.dataType,
      isPartial: interval.isCut || oldest > interval.from || covered < interval.to,
      coveredMs: covered - interval.from,
    };
    if (row.from === "bounds") {
      outcomes.push(row.of({ ...facts, gathered: nothing, bounds: [boundAt(interval.start), boundAt(interval.end)] }));
      continue;
    }
    const begun = n === page.begin ? page.begun : undefined;
    let gathered = begun?.gathered ?? nothing;
    let held = begun ? begun.held : first(rows({ from: -always, to: interval.from, backwards: true }));
    let since = begun?.since ?? interval.from;
    const inside = { from: interval.from, to: covered - 1, backwards: false, ...(begun && { after: begun.after }) };
    for (const sample of rows(inside)) {
      gathered = withRegion(gathered, held, sample.time - since, settings.treatUncertainAsBad);
      gathered = withSample(gathered, sample);
      held = sample;
      since = sample.time;
      seen += 1;
      if (seen % slice === 0) await breathe();
      if (seen >= longPage) {
        const after = { time: sample.time, offset: sample.offset };
        return { rows: outcomes, next: { begin: n, begun: { gathered, held, since, after } } };
      }
    }
    gathered = withRegion(gathered, held, covered - since, settings.treatUncertainAsBad);
    outcomes.push(row.of({ ...facts, gathered } satisfies Facts));
  }
  return { rows: outcomes, ...(intervalOf(start, end, width, n) && { next: { begin: n } }) };
}

/** A raw value that lies exactly at a bound and is bad has no value (§3.1.9). */
const known = (row: Row): Sample => (row.value === undefined ? { ...row, status: codes.BadNoData } : row);
