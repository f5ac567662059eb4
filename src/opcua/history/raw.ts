import type { Place } from "../../ledger/query.ts";
import type { Row } from "./rows.ts";
import { codes } from "./status.ts";

/** What ReadRaw asks for (OPC 10000-11 §6.5.3): at least two of start, end and count; UTC ms. */
export interface RawDomain {
  readonly start?: number;
  readonly end?: number;
  /** With one time only: how many values in all, bounds included. */
  readonly count?: number;
  readonly bounds: boolean;
}

/** Where a read that did not fit into one response goes on. */
export interface RawResume {
  readonly behind: "start" | "row" | "end";
  readonly place: Place;
  /** Values that are still wanted; absent = all. */
  readonly left?: number;
}

/** The rows of one variable, in either direction. */
export type Rows = (span: {
  readonly from: number;
  readonly to: number;
  readonly backwards: boolean;
  readonly after?: Place;
}) => Iterable<Row>;

const always = Number.MAX_SAFE_INTEGER;
/** FIRST and LAST without a requested time lie this far behind the value before them, ms (§4.6, Table 1). */
const beyondMs = 1_000;

interface Step {
  readonly row: Row;
  readonly behind: RawResume["behind"];
}

const bound = (time: number): Row => ({
  time,
  offset: 0,
  serverTime: time,
  value: undefined,
  status: codes.BadBoundNotFound,
});

const first = (rows: Iterable<Row>): Row | undefined => {
  for (const row of rows) return row;
  return undefined;
};

/**
 * Values of the time domain: from `start` on, `end` excluded, backwards when the end is earlier or only the end is given;
 * with bounding values before and behind them where they are asked for (§4.6).
 */
function* steps(rows: Rows, { start, end, bounds }: RawDomain, resume: RawResume | undefined): Generator<Step> {
  const backwards = start === undefined || (end !== undefined && end < start);
  const begin = start ?? end!;
  const limit = start === undefined ? undefined : end;
  const isInstant = limit === begin;
  const inside = (after?: Place): Iterable<Row> =>
    rows({
      backwards,
      from: backwards ? (limit === undefined ? -always : limit + 1) : begin,
      to: backwards ? begin : limit === undefined ? always : isInstant ? begin : limit - 1,
      ...(after && { after }),
    });
  const beyond = (time: number, direction: boolean): Row | undefined =>
    first(rows({ from: direction ? -always : time, to: direction ? time : always, backwards: direction }));

  // Where the page before ended, not where the domain begins: LAST lies behind the last value of all.
  let lastTime = resume?.behind === "row" ? resume.place.time : begin;
  if (bounds && !resume && !first(rows({ from: begin, to: begin, backwards }))) {
    const row = beyond(begin, !backwards) ?? bound(begin);
    yield { row, behind: "start" };
  }
  for (const row of resume?.behind === "end" ? [] : inside(resume?.behind === "row" ? resume.place : undefined)) {
    lastTime = row.time;
    yield { row, behind: "row" };
  }
  if (!bounds || resume?.behind === "end") return;
  const edge = isInstant ? begin + (backwards ? -1 : 1) : limit;
  const row =
    edge === undefined
      ? bound(lastTime + (backwards ? -beyondMs : beyondMs))
      : (beyond(edge, backwards) ?? bound(limit!));
  yield { row, behind: "end" };
}

/** One response's worth of a raw read, and how to go on when there is more. */
export function readRaw(
  rows: Rows,
  domain: RawDomain,
  limit: number,
  resume?: RawResume,
): { readonly rows: readonly Row[]; readonly resume?: RawResume } {
  const isOpen = domain.start === undefined || domain.end === undefined;
  // With one time, the count is the whole domain; with two, it only says how much one response may hold.
  const wanted = isOpen ? (resume ? resume.left : domain.count) : undefined;
  const most = Math.min(limit, wanted ?? (domain.count || limit));
  const taken: Step[] = [];
  for (const step of steps(rows, domain, resume)) {
    if (taken.length === most) {
      const left = wanted === undefined ? undefined : wanted - most;
      const { row, behind } = taken.at(-1)!;
      return {
        rows: taken.map((s) => s.row),
        ...(left !== 0 && { resume: { behind, place: row, ...(left !== undefined && { left }) } }),
      };
    }
    taken.push(step);
  }
  return { rows: taken.map(({ row }) => row) };
}
