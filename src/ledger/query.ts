import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Committed, EntryKind } from "../domain/ledger-entry.ts";
import { type OpenSegments, openSegments } from "./open-segments.ts";
import type { OpenSegment } from "./segment.ts";
import { storedEntry } from "./stored-entry.ts";
import { hex } from "./tail.ts";

/** Place of an entry in the order of history: by time, entries of one instant by offset. */
export interface Place {
  /** Station time, UTC ms. */
  readonly time: number;
  readonly offset: number;
}

/** The entries of one kind at one station, narrowed by what a segment has an index for. */
export interface Stream {
  readonly station: string;
  readonly kind: EntryKind;
  /** Kinds `unit` and `lot` only. */
  readonly lot?: string;
  /** First and last unit sequence wanted; kind `unit` only. */
  readonly sequences?: readonly [first: number, last: number];
}

/** What a reader of history wants, in the order (time, offset) over all streams. */
export interface EntryQuery {
  readonly streams: readonly Stream[];
  /** First and last instant wanted, both included, UTC ms; absent = from the beginning, to the end. */
  readonly from?: number;
  readonly to?: number;
  readonly backwards?: boolean;
}

/** Searches history, page by page. Synchronous; nothing stays open in the database between two calls. */
export interface LedgerQuery extends Disposable {
  /** Entries behind `after` in the order of the query, at most `limit`; a page that is not full was the last one. */
  page(query: EntryQuery, after: Place | undefined, limit: number): readonly Committed[];
  /** The same in the order of the chain: offset after offset, by the time of the commit. */
  chain(query: ChainQuery, after: number | undefined, limit: number): readonly Committed[];
}

/** Entries of all stations by `committedAt`, which never goes back. */
export interface ChainQuery {
  /** First and last instant of commit wanted, both included, UTC ms; absent = from the beginning, to the end. */
  readonly from?: number;
  readonly to?: number;
  readonly backwards?: boolean;
}

/** Segments that stay open: a page stays in one or two, a search by lot passes through the year. */
const keptOpen = 12;
const noTime = Number.MAX_SAFE_INTEGER;
const noOffset = Number.MAX_SAFE_INTEGER;

/** The open interval of places that a page may come from. */
interface Span {
  readonly low: Place;
  readonly high: Place;
  readonly backwards: boolean;
}

const compare = (a: Place, b: Place): number => a.time - b.time || a.offset - b.offset;

function spanOf({ from = -noTime, to = noTime, backwards = false }: EntryQuery, after: Place | undefined): Span {
  const low = { time: from, offset: 0 };
  const high = { time: to, offset: noOffset };
  if (!after) return { low, high, backwards };
  return backwards
    ? { low, high: compare(after, high) < 0 ? after : high, backwards }
    : { low: compare(after, low) > 0 ? after : low, high, backwards };
}

/** Where a segment holds a row of the page. */
interface Found extends Place {
  readonly segment: string;
}

type Range = readonly [first: number, last: number];
/** What a segment has of one station and kind: where it has nothing that is wanted it need not be opened. */
interface Extent {
  readonly times: Range;
  /** Kind `unit` only. */
  readonly sequences?: Range;
}
/** All that a segment has. */
interface ChainExtent {
  readonly offsets: Range;
  /** UTC ms. */
  readonly committedAt: Range;
}

/**
 * Opens the ledger in `folder` for searching, also while another process writes it.
 *
 * @param segments the ledger's, disposed of with the query
 */
export function openLedgerQuery(folder: string, segments: OpenSegments = openSegments(folder, keptOpen)): LedgerQuery {
  /** Of segments that are written no more, by segment, station and kind. */
  const extents = new Map<string, Extent | undefined>();
  const chainExtents = new Map<string, ChainExtent | undefined>();

  /** Looks once into a segment that is written no more, each time into the newest. */
  const remembered = <T>(known: Map<string, T>, key: string, isNewest: boolean, look: () => T): T => {
    if (known.has(key)) return known.get(key)!;
    const found = look();
    if (!isNewest) known.set(key, found);
    return found;
  };
  const extentOf = (name: string, isNewest: boolean, { station, kind }: Stream): Extent | undefined =>
    remembered(extents, `${name}/${station}/${kind}`, isNewest, () =>
      segments.read(name, ({ db }) => streamExtent(db, station, kind)),
    );
  const chainExtentOf = (name: string, isNewest: boolean): ChainExtent | undefined =>
    remembered(chainExtents, name, isNewest, () =>
      segments.read(name, (segment) => {
        const offsets = offsetsOf(segment.db);
        if (!offsets) return undefined;
        const [first, last] = offsets.map((o) => committedOf(folder, segment, o).entry.committedAt);
        return { offsets, committedAt: [first!, last!] };
      }),
    );

  /** Places of a stream's next rows. Segments overlap in time by what was held back when a month ended. */
  function places(stream: Stream, span: Span, limit: number): Found[] {
    const all = segments.names();
    const found: Found[] = [];
    const isBehind = (last: Found, [first, end]: Range): boolean =>
      span.backwards ? last.time > end : last.time < first;
    for (const name of span.backwards ? all.toReversed() : all) {
      const extent = extentOf(name, name === all.at(-1), stream);
      if (!extent || !meets(extent.times, [span.low.time, span.high.time])) continue;
      if (stream.sequences && extent.sequences && !meets(extent.sequences, stream.sequences)) continue;
      if (found.length >= limit && isBehind(found[limit - 1]!, extent.times)) continue;
      const rows = segments.read(name, ({ db }) => rowsOf(db, stream, span, limit));
      for (const place of rows) found.push({ ...place, segment: name });
      sortPlaces(found, span.backwards);
      found.length = Math.min(found.length, limit);
    }
    return found;
  }

  return {
    page(query, after, limit) {
      const span = spanOf(query, after);
      const found = query.streams.flatMap((stream) => places(stream, span, limit));
      sortPlaces(found, span.backwards);
      const page: Committed[] = [];
      for (const run of runsOf(found.slice(0, limit)))
        segments.read(run[0]!.segment, (segment) => {
          for (const { offset } of run) page.push(committedOf(folder, segment, offset));
        });
      return page;
    },
    chain({ from, to, backwards = false }, after, limit) {
      const all = segments.names();
      const page: Committed[] = [];
      for (const name of backwards ? all.toReversed() : all) {
        if (page.length >= limit) break;
        const extent = chainExtentOf(name, name === all.at(-1));
        if (!extent || !meets(extent.committedAt, [from ?? -noTime, to ?? noTime])) continue;
        const behind = backwards ? ([0, (after ?? noOffset) - 1] as const) : ([(after ?? 0) + 1, noOffset] as const);
        if (!meets(extent.offsets, behind)) continue;
        segments.read(name, (segment) => {
          const { offsets, committedAt } = extent;
          const timeOf = (offset: number): number => committedOf(folder, segment, offset).entry.committedAt;
          const isBegun = from === undefined || committedAt[0] >= from;
          const isOver = to === undefined || committedAt[1] <= to;
          const first = isBegun ? offsets[0] : firstWhere(offsets, (o) => timeOf(o) >= from);
          const last = isOver ? offsets[1] : firstWhere(offsets, (o) => timeOf(o) > to) - 1;
          const low = Math.max(first, behind[0]);
          const high = Math.min(last, behind[1]);
          const rest = limit - page.length;
          if (backwards)
            for (let o = high; o >= Math.max(low, high - rest + 1); o--) page.push(committedOf(folder, segment, o));
          else for (let o = low; o <= Math.min(high, low + rest - 1); o++) page.push(committedOf(folder, segment, o));
        });
      }
      return page;
    },
    [Symbol.dispose]() {
      segments[Symbol.dispose]();
    },
  };
}

const statements = new WeakMap<DatabaseSync, StatementSync>();

/** The entry at an offset that the segment holds. */
function committedOf(folder: string, { db, name }: OpenSegment, offset: number): Committed {
  const statement = statements.get(db) ?? db.prepare("SELECT text, hash FROM entry WHERE offset = ?");
  statements.set(db, statement);
  const row = statement.get(offset)!;
  return { entry: storedEntry(join(folder, name), offset, String(row["text"])), hash: hex(row["hash"]) };
}

/** First and last offset in a segment; nothing while it is empty. */
function offsetsOf(db: DatabaseSync): Range | undefined {
  const row = db.prepare("SELECT min(offset) AS first, max(offset) AS last FROM entry").get()!;
  return row["first"] === null ? undefined : [Number(row["first"]), Number(row["last"])];
}

/** The least offset for which something holds that holds for all behind it; one past the last when it never does. */
function firstWhere([first, last]: Range, holds: (offset: number) => boolean): number {
  let [low, high] = [first, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows of one segment after the other, without changing their order. */
function runsOf(found: readonly Found[]): Found[][] {
  const runs: Found[][] = [];
  for (const place of found) {
    const run = runs.at(-1);
    if (run && run[0]?.segment === place.segment) run.push(place);
    else runs.push([place]);
  }
  return runs;
}

const sortPlaces = (places: Place[], backwards: boolean): void =>
  void places.sort(backwards ? (a, b) => compare(b, a) : compare);

const ofKind = "station = ? AND kind = ?";

function streamExtent(db: DatabaseSync, station: string, kind: string): Extent | undefined {
  const end = (column: string, index: string, order: string): number | undefined => {
    const row = db
      .prepare(
        `SELECT ${column} AS found FROM entry INDEXED BY ${index} WHERE ${ofKind} AND ${column} IS NOT NULL
ORDER BY ${column} ${order} LIMIT 1`,
      )
      .get(station, kind);
    return row && Number(row["found"]);
  };
  const range = (column: string, index: string): Range | undefined => {
    const first = end(column, index, "ASC");
    return first === undefined ? undefined : [first, end(column, index, "DESC")!];
  };
  const times = range("time", "entry_by_time");
  const sequences = kind === "unit" ? range("sequence", "entry_by_sequence") : undefined;
  return times && { times, ...(sequences && { sequences }) };
}

const meets = (one: Range, other: Range): boolean => one[0] <= other[1] && other[0] <= one[1];

/** Next places of a stream within one segment, from the index that fits. */
function rowsOf(db: DatabaseSync, stream: Stream, span: Span, limit: number): Place[] {
  const { station, kind, lot, sequences } = stream;
  const { low, high } = span;
  const order = span.backwards ? "DESC" : "ASC";
  const rows =
    lot === undefined && sequences === undefined
      ? db
          .prepare(
            `SELECT time, offset FROM entry INDEXED BY entry_by_time WHERE ${ofKind} AND time >= ? AND time <= ?
AND (time > ? OR offset > ?) AND (time < ? OR offset < ?) ORDER BY time ${order}, offset ${order} LIMIT ?`,
          )
          .all(station, kind, low.time, high.time, low.time, low.offset, high.time, high.offset, limit)
      : narrowedRows(db, stream, span, order, limit);
  return rows.map((row) => ({ time: Number(row["time"]), offset: Number(row["offset"]) }));
}

/**
 * Rows by lot, by sequence or both. Units and lots of a station never go back in time, so a span of time is a span of
 * offsets, and a page deep inside a lot costs what the first one does.
 */
function narrowedRows(db: DatabaseSync, stream: Stream, { low, high }: Span, order: string, limit: number) {
  const { station, kind, lot, sequences } = stream;
  const edge = (where: string, direction: string, ...values: number[]): number | undefined => {
    const row = db
      .prepare(
        `SELECT offset FROM entry INDEXED BY entry_by_time WHERE ${ofKind} AND ${where}
ORDER BY time ${direction}, offset ${direction} LIMIT 1`,
      )
      .get(station, kind, ...values);
    return row && Number(row["offset"]);
  };
  const first = edge("time >= ? AND (time > ? OR offset > ?)", "ASC", low.time, low.time, low.offset);
  const last = edge("time <= ? AND (time < ? OR offset < ?)", "DESC", high.time, high.time, high.offset);
  if (first === undefined || last === undefined) return [];
  const [from, to] = sequences ?? [];
  return lot === undefined
    ? db
        .prepare(
          `SELECT time, offset FROM entry INDEXED BY entry_by_sequence WHERE ${ofKind} AND sequence IS NOT NULL
AND sequence >= ? AND sequence <= ? AND offset >= ? AND offset <= ? ORDER BY sequence ${order} LIMIT ?`,
        )
        .all(station, kind, from!, to!, first, last, limit)
    : db
        .prepare(
          `SELECT time, offset FROM entry INDEXED BY entry_by_lot WHERE ${ofKind} AND lot = ? AND offset >= ?
AND offset <= ? AND (? OR sequence BETWEEN ? AND ?) ORDER BY offset ${order} LIMIT ?`,
        )
        .all(station, kind, lot, first, last, sequences ? 0 : 1, from ?? 0, to ?? 0, limit);
}
