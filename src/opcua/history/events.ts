import type { LedgerQuery, Place } from "../../ledger/query.ts";
import type { EventTypes } from "../events/event-types.ts";
import { type PlainEvent, plainEventsOf } from "../events/plain-event.ts";
import type { PlainValue } from "../events/plain-value.ts";
import { type SelectPlan, selectFields } from "../events/select.ts";
import { eventKinds } from "../events/station-event.ts";
import { matches, type WherePlan } from "../events/where.ts";
import type { StationSetup } from "../messages.ts";
import { narrowing, streamsOf } from "./narrow.ts";

/** What reading events has to know besides the ledger. Plain data. */
export interface HistoryContext {
  readonly stations: readonly StationSetup[];
  readonly ledgerId: string;
  readonly types: EventTypes;
}

/** NodeIds of the event types, and of the sources, whose events whoever asks may not receive. */
export interface Withheld {
  readonly types: readonly string[];
  readonly sources: readonly string[];
}
const isWithheld = ({ types, sources }: Withheld, { type, fields }: PlainEvent): boolean =>
  types.includes(type) || sources.includes(String(fields.get("SourceNode")?.value));

/** What ReadEvents asks for (OPC 10000-11 §6.5.2): at least two of start, end and count; UTC ms. */
export interface EventsRequest {
  readonly type: "events";
  /** Stations whose events the notifier has. */
  readonly stations: readonly string[];
  readonly start?: number;
  readonly end?: number;
  /** With one time only: how many events in all. */
  readonly left?: number;
  readonly select: SelectPlan;
  readonly where: WherePlan;
  readonly withheld?: Withheld;
  /** Events per page. */
  readonly limit: number;
  /** Behind this entry. */
  readonly after?: Place;
  /** An entry whose first events were in the page before: it may mean more than one. */
  readonly begun?: { readonly offset: number; readonly events: number };
}

export interface EventsPage {
  /** One list of fields per event, in the order of the select list. */
  readonly events: readonly (readonly (PlainValue | undefined)[])[];
  readonly next?: EventsRequest;
}

/** Entries that one page looks at: a search that finds nothing gives an empty page, and can be gone on with. */
const maximumSearched = 2_000;
const largestPage = 250;
const smallestPage = 20;

/** One page of the events of stations, in the order of (Time, offset). */
export function readEvents(query: LedgerQuery, context: HistoryContext, request: EventsRequest): EventsPage {
  const { start, end, where, select, limit, left, withheld } = request;
  const narrowed = narrowing(where);
  const backwards = start === undefined || (end !== undefined && end < start);
  const [first, last] = backwards
    ? [end === undefined || start === undefined ? undefined : end + 1, start ?? end]
    : [start, end];
  // The end is no part of the domain, unless it is also the start.
  const to = !backwards && last !== undefined && last !== first ? last - 1 : last;
  const wanted = {
    streams: streamsOf(request.stations, eventKinds, where, context.types),
    from: Math.max(first ?? Number.MIN_SAFE_INTEGER, narrowed.from ?? Number.MIN_SAFE_INTEGER),
    to: Math.min(to ?? Number.MAX_SAFE_INTEGER, narrowed.to ?? Number.MAX_SAFE_INTEGER),
    backwards,
  };
  const setups = new Map(context.stations.map((setup) => [setup.id, setup]));
  const most = Math.min(limit, left ?? limit);
  const events: (readonly (PlainValue | undefined)[])[] = [];
  const goOn = (after: Place | undefined, begun?: EventsRequest["begun"]): EventsPage => {
    const rest = left === undefined ? undefined : left - events.length;
    if (rest === 0) return { events };
    const { after: _after, begun: _begun, left: _left, ...same } = request;
    return {
      events,
      next: { ...same, ...(rest !== undefined && { left: rest }), ...(after && { after }), ...(begun && { begun }) },
    };
  };

  let after = request.after;
  for (let searched = 0; searched < maximumSearched; ) {
    // One more than is wanted tells whether there is more.
    const size = Math.min(largestPage, Math.max(smallestPage, most - events.length + 1));
    const page = query.page(wanted, after, size);
    for (const committed of page) {
      const { entry } = committed;
      const meant = plainEventsOf(committed, setups.get(entry.station)!, context.ledgerId, context.types);
      if (backwards) meant.reverse();
      const seen = request.begun?.offset === entry.offset ? request.begun.events : 0;
      for (const [i, event] of meant.entries()) {
        if (i < seen || (withheld && isWithheld(withheld, event)) || !matches(where, event, context.types)) continue;
        if (events.length === most) return goOn(after, { offset: entry.offset, events: i });
        events.push(selectFields(select, event, context.types));
      }
      after = { time: entry.time, offset: entry.offset };
    }
    searched += page.length;
    if (page.length < size) return { events };
  }
  return goOn(after);
}
