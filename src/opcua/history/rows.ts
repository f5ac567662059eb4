import { noCounts } from "../../domain/counts.ts";
import type { Committed, EntryBodies, EntryKind } from "../../domain/ledger-entry.ts";
import type { EntryQuery, LedgerQuery, Place } from "../../ledger/query.ts";
import { minuteMs, minuteOf } from "../../projections/minutes.ts";
import type { ShownMinute } from "../../projections/station-state.ts";
import type { Shown } from "../shown-values.ts";
import { codeOf, codes } from "./status.ts";

/** One value of a variable's history. */
export interface Row extends Place {
  /** SourceTimestamp, UTC ms: the same as the live value had. */
  readonly time: number;
  /** Entry that it comes from; rows of one instant are in the order of the ledger. */
  readonly offset: number;
  /** ServerTimestamp, UTC ms: when the entry was committed. */
  readonly serverTime: number;
  readonly value: boolean | number | string | undefined;
  /** Status code (OPC 10000-4 §7.38). */
  readonly status: number;
}

/** A look at one entry: a row of the variable, or only the place of an entry that says nothing of it. */
export type Look = Row | Place;
export const isRow = (look: Look): look is Row => "status" in look;

/** Which rows, in which direction; both instants included. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly backwards: boolean;
  /** Only rows behind this one. */
  readonly after?: Place | undefined;
}

/**
 * Rows of one variable, oldest first, or newest first when backwards. Taken one by one: nobody holds more than a page, and
 * whoever counts the looks can stop a search that finds nothing.
 */
export type RowSource = (query: LedgerQuery, station: string, span: Span) => Iterable<Look>;

const row = (time: number, { offset, committedAt }: Committed["entry"], shown: Shown): Row =>
  typeof shown === "object"
    ? { time, offset, serverTime: committedAt, value: undefined, status: codeOf(shown) }
    : { time, offset, serverTime: committedAt, value: shown, status: codes.Good };

/** Pages grow from one that is enough for a single value to one that is quick for many. */
const firstPage = 4;
const largestPage = 500;

/** All pages of a query, entry by entry. */
export function* entriesOf(query: LedgerQuery, wanted: EntryQuery, start?: Place): Generator<Committed> {
  let after = start;
  for (let size = firstPage; ; size = Math.min(size * 4, largestPage)) {
    const page = query.page(wanted, after, size);
    yield* page;
    if (page.length < size) return;
    after = page.at(-1)!.entry;
  }
}

type Read<K extends EntryKind> = (body: EntryBodies[K]) => Shown | undefined;

/** One row per entry of a kind that speaks of the variable. */
export const entryRows = <K extends EntryKind>(kind: K, read: Read<K>): RowSource =>
  function* (query, station, { after, ...span }) {
    for (const { entry } of entriesOf(query, { streams: [{ station, kind }], ...span }, after)) {
      const { time, offset } = entry;
      const shown = read(entry.body as EntryBodies[K]);
      yield shown === undefined ? { time, offset } : row(time, entry, shown);
    }
  };

/** One row per minute: those that were closed, and those in which the program did not run. */
export const minuteRows =
  (read: (minute: ShownMinute) => Shown): RowSource =>
  (query, station, span) =>
    merged(
      entryRows("minute", (minute) => read({ ...minute, outOfService: false }))(query, station, span),
      downRows(read)(query, station, span),
      span.backwards,
    );

/** Minutes that lie wholly within a time that the program did not run, as the fold of a `down` entry has them. */
const downRows = (read: (minute: ShownMinute) => Shown): RowSource =>
  function* (query, station, span) {
    const { backwards } = span;
    const bounded = span.after
      ? backwards
        ? { ...span, to: span.after.time }
        : { ...span, from: span.after.time }
      : span;
    for (const { entry } of downsOf(query, station, bounded)) {
      if (entry.kind !== "down") continue;
      const first = Math.max(minuteOf(entry.body.from) + 1, minuteOf(bounded.from));
      const last = Math.min(minuteOf(entry.body.to) - 1, minuteOf(bounded.to));
      for (let i = 0; i <= last - first; i++) {
        const minuteNumber = backwards ? last - i : first + i;
        const minute = outOfService(minuteNumber);
        const made = row(minute.start + minuteMs - 1, entry, read(minute));
        if (made.time >= span.from && made.time <= span.to && isBehind(made, span)) yield made;
      }
    }
  };

const outOfService = (minuteNumber: number): ShownMinute => ({
  minuteNumber,
  start: minuteNumber * minuteMs,
  counts: noCounts,
  defects: {},
  downMs: minuteMs,
  outOfService: true,
});

/** Times of not running that reach into a span. They do not overlap, and their entries are dated at their ends. */
function* downsOf(query: LedgerQuery, station: string, { from, to, backwards }: Span): Generator<Committed> {
  const streams = [{ station, kind: "down" as const }];
  const begins = ({ entry }: Committed): boolean => entry.kind === "down" && entry.body.from <= to;
  if (backwards) {
    const across = query.page({ streams, from: to + 1 }, undefined, 1).filter(begins);
    yield* across;
    yield* entriesOf(query, { streams, from, to, backwards });
  } else
    for (const down of entriesOf(query, { streams, from })) {
      if (!begins(down)) return;
      yield down;
    }
}

/** One row per entry of the whole ledger that speaks of the variable, dated at its commit. */
export const chainRows = (read: (committed: Committed, station: string) => Shown | undefined): RowSource =>
  function* (query, station, { after, ...span }) {
    let last = after?.offset;
    for (let size = firstPage; ; size = Math.min(size * 4, largestPage)) {
      const page = query.chain(span, last, size);
      for (const committed of page) {
        const { committedAt: time, offset } = committed.entry;
        const shown = read(committed, station);
        yield shown === undefined ? { time, offset } : row(time, committed.entry, shown);
      }
      if (page.length < size) return;
      last = page.at(-1)!.entry.offset;
    }
  };

const isBehind = (place: Place, { after, backwards }: Span): boolean => {
  if (!after) return true;
  const order = place.time - after.time || place.offset - after.offset;
  return backwards ? order < 0 : order > 0;
};

/** Two runs of rows as one, in order. */
function* merged(one: Iterable<Look>, other: Iterable<Look>, backwards: boolean): Generator<Look> {
  const [a, b] = [one[Symbol.iterator](), other[Symbol.iterator]()];
  let [x, y] = [a.next(), b.next()];
  while (!x.done || !y.done) {
    const order = x.done ? 1 : y.done ? -1 : x.value.time - y.value.time || x.value.offset - y.value.offset;
    if (!x.done && (y.done || (backwards ? order > 0 : order < 0))) {
      yield x.value;
      x = a.next();
    } else if (!y.done) {
      yield y.value;
      y = b.next();
    }
  }
}
