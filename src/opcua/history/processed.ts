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
  readonly settings: AggregateSettings;
}

/** Raw values between two breaths of the thread. */
const slice = 2_000;
/** Raw values after which a page ends with the interval that they are in. */
const longPage = 50_000;

const always = Number.MAX_SAFE_INTEGER;
const first = (rows: Iterable<Row>): Row | undefined => {
  for (const row of rows) return row;
  return undefined;
};

/**
 * Aggregate values of one page of intervals, and the number of the next one when there are more.
 *
 * @param begin number of the first interval of the page
 * @param endOfData newest instant that anything is known of, UTC ms
 * @param breathe lets other reads of the thread go on
 */
export async function readProcessed(
  rows: Rows,
  domain: ProcessedDomain,
  page: { readonly begin: number; readonly limit: number },
  endOfData: number,
  breathe: () => Promise<void>,
): Promise<{ readonly rows: readonly Outcome[]; readonly next?: number }> {
  const { start, end, width, settings } = domain;
  const row = aggregateRow(domain.aggregate);
  const oldest = first(rows({ from: -always, to: always, backwards: false }))?.time;
  const newest = Math.max(endOfData, first(rows({ from: -always, to: always, backwards: true }))?.time ?? -always);
  const bounding: Bounding = { simple: true, treatUncertainAsBad: settings.treatUncertainAsBad, endOfData: newest };
  const boundAt = (time: number): Sample => known(valueAt(rows, time, bounding));

  const outcomes: Outcome[] = [];
  let seen = 0;
  let n = page.begin;
  for (; outcomes.length < page.limit && seen < longPage; n++) {
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
      isPartial: interval.isCut || oldest > interval.from || covered < interval.to,
      coveredMs: covered - interval.from,
    };
    if (row.from === "bounds") {
      outcomes.push(row.of({ ...facts, gathered: nothing, bounds: [boundAt(interval.start), boundAt(interval.end)] }));
      continue;
    }
    let gathered: Gathered = nothing;
    let held: Sample | undefined = first(rows({ from: -always, to: interval.from, backwards: true }));
    let since = interval.from;
    for (const sample of rows({ from: interval.from, to: covered - 1, backwards: false })) {
      gathered = withRegion(gathered, held, sample.time - since, settings.treatUncertainAsBad);
      gathered = withSample(gathered, sample);
      held = sample;
      since = sample.time;
      seen += 1;
      if (seen % slice === 0) await breathe();
    }
    gathered = withRegion(gathered, held, covered - since, settings.treatUncertainAsBad);
    outcomes.push(row.of({ ...facts, gathered } satisfies Facts));
  }
  return { rows: outcomes, ...(intervalOf(start, end, width, n) && { next: n }) };
}

/** A raw value that lies exactly at a bound and is bad has no value (§3.1.9). */
const known = (row: Row): Sample => (row.value === undefined ? { ...row, status: codes.BadNoData } : row);
