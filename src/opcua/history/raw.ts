import type { Place } from "../../ledger/query.ts";
import { placeOf, shortPage } from "./looking.ts";
import { isRow, type Look, type Row } from "./rows.ts";
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
export interface RawResume extends Position {
  /** Values that are still wanted; absent = all. */
  readonly left?: number;
}

/** How far a read is: looking for the bounding value before the domain, inside of it, or looking for the one behind. */
interface Position {
  readonly part: "before" | "inside" | "behind" | "over";
  /** Behind this entry; absent at the begin of a part. */
  readonly after?: Place;
  /** Of the last value inside, UTC ms. */
  readonly lastTime?: number;
}

/** The rows of one variable, in either direction. */
export type Rows = (span: {
  readonly from: number;
  readonly to: number;
  readonly backwards: boolean;
  readonly after?: Place;
}) => Iterable<Look>;

const always = Number.MAX_SAFE_INTEGER;
/** FIRST and LAST without a requested time lie this far behind the value before them, ms (§4.6, Table 1). */
const beyondMs = 1_000;

/** One look, and where to go on behind it. */
interface Step {
  readonly row?: Row;
  readonly position: Position;
}

const bound = (time: number): Row => ({
  time,
  offset: 0,
  serverTime: time,
  value: undefined,
  status: codes.BadBoundNotFound,
});

const hasRow = (looks: Iterable<Look>): boolean => {
  for (const look of looks) if (isRow(look)) return true;
  return false;
};

/**
 * Values of the time domain: from `start` on, `end` excluded, backwards when the end is earlier or only the end is given;
 * with bounding values before and behind them where they are asked for (§4.6).
 */
function* steps(rows: Rows, { start, end, bounds }: RawDomain, { part, after, lastTime }: Position): Generator<Step> {
  const backwards = start === undefined || (end !== undefined && end < start);
  const begin = start ?? end!;
  const limit = start === undefined ? undefined : end;
  const isInstant = limit === begin;
  const domain = {
    backwards,
    from: backwards ? (limit === undefined ? -always : limit + 1) : begin,
    to: backwards ? begin : limit === undefined ? always : isInstant ? begin : limit - 1,
  };
  /** The nearest value from an instant on, away from the domain. */
  function* beyond(time: number, isBefore: boolean, now: Position, next: Position["part"]): Generator<Step> {
    const span = isBefore ? { from: -always, to: time } : { from: time, to: always };
    for (const look of rows({ ...span, backwards: isBefore, ...(now.after && { after: now.after }) })) {
      if (isRow(look)) return yield { row: look, position: { part: next } };
      yield { position: { ...now, after: placeOf(look) } };
    }
    yield { row: bound(now.part === "before" ? begin : limit!), position: { part: next } };
  }

  let last = lastTime ?? begin;
  if (part === "before" && bounds && (after || !hasRow(rows({ from: begin, to: begin, backwards }))))
    yield* beyond(begin, !backwards, { part, ...(after && { after }) }, "inside");
  if (part === "before" || part === "inside")
    for (const look of rows({ ...domain, ...(part === "inside" && after && { after }) })) {
      if (isRow(look)) last = look.time;
      const position = { part: "inside", after: placeOf(look), lastTime: last } as const;
      yield isRow(look) ? { row: look, position } : { position };
    }
  if (part === "over" || !bounds) return;
  const edge = isInstant ? begin + (backwards ? -1 : 1) : limit;
  if (edge === undefined) yield { row: bound(last + (backwards ? -beyondMs : beyondMs)), position: { part: "over" } };
  else yield* beyond(edge, backwards, { part: "behind", ...(part === "behind" && after && { after }) }, "over");
}

/**
 * One response's worth of a raw read, and how to go on when there is more. A page that has looked at enough ends, also
 * without a value.
 *
 * @param most entries that the page may look at
 */
export function readRaw(
  rows: Rows,
  domain: RawDomain,
  limit: number,
  resume?: RawResume,
  most = shortPage,
): { readonly rows: readonly Row[]; readonly resume?: RawResume } {
  const isOpen = domain.start === undefined || domain.end === undefined;
  // With one time, the count is the whole domain; with two, it only says how much one response may hold.
  const wanted = isOpen ? (resume ? resume.left : domain.count) : undefined;
  const room = Math.min(limit, wanted ?? (domain.count || limit));
  const taken: Row[] = [];
  let position: Position = resume ?? { part: "before" };
  let looked = 0;
  for (const step of steps(rows, domain, position)) {
    if ((step.row && taken.length === room) || looked === most) {
      const { part, after, lastTime } = position;
      const left = wanted === undefined ? undefined : wanted - taken.length;
      return {
        rows: taken,
        resume: {
          part,
          ...(after && { after }),
          ...(lastTime !== undefined && { lastTime }),
          ...(left !== undefined && { left }),
        },
      };
    }
    looked += 1;
    position = step.position;
    if (step.row) taken.push(step.row);
    if (taken.length === wanted) break;
  }
  return { rows: taken };
}
