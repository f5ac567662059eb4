import {
  type EventFilter,
  isMinDate,
  type ReadAtTimeDetails,
  type ReadEventDetails,
  type ReadRawModifiedDetails,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import { compileSelect } from "../events/compile-select.ts";
import { compileWhere } from "../events/compile-where.ts";
import type { EventTypeIndex } from "../events/read-event-types.ts";
import type { EventsRequest } from "./events.ts";
import type { AtTimeRequest, RawRequest, Subject } from "./requests.ts";

/** An instant that a client gave, UTC ms; DateTime.MinValue means none (OPC 10000-11 §6.5.3.2). */
const given = (date: Date | null | undefined): number | undefined =>
  !date || isMinDate(date) ? undefined : date.getTime();

/** The time domain that a client gave, if two of the three are there (OPC 10000-11 §6.5.2, §6.5.3). */
function domainOf(details: {
  readonly startTime: Date | null;
  readonly endTime: Date | null;
  readonly numValuesPerNode: number;
}): { readonly start?: number; readonly end?: number; readonly count?: number } | undefined {
  const start = given(details.startTime);
  const end = given(details.endTime);
  const count = details.numValuesPerNode;
  if ([start !== undefined, end !== undefined, count > 0].filter(Boolean).length < 2) return undefined;
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(count > 0 && { count }),
  };
}

/** OPC 10000-11 §6.5.3. */
export function planRaw(details: ReadRawModifiedDetails, subject: Subject, limit: number): RawRequest | StatusCode {
  if (details.isReadModified) return StatusCodes.BadHistoryOperationUnsupported; // nothing was ever modified
  const domain = domainOf(details);
  if (!domain) return StatusCodes.BadHistoryOperationInvalid;
  return { type: "raw", ...subject, domain: { ...domain, bounds: details.returnBounds }, limit };
}

/** OPC 10000-11 §6.5.5. */
export function planAtTime(details: ReadAtTimeDetails, subject: Subject, limit: number): AtTimeRequest | StatusCode {
  const times = (details.reqTimes ?? []).map(given);
  if (times.length === 0) return StatusCodes.BadInvalidArgument;
  return {
    type: "atTime",
    ...subject,
    times: times.map((time) => time ?? Number.MIN_SAFE_INTEGER),
    simpleBounds: details.useSimpleBounds,
    limit,
  };
}

/** OPC 10000-11 §6.5.2. The select list needs one field that exists; of others the value is null. */
export function planEvents(
  details: ReadEventDetails,
  stations: readonly string[],
  limit: number,
  index: EventTypeIndex,
): EventsRequest | StatusCode {
  const domain = domainOf(details);
  if (!domain) return StatusCodes.BadHistoryOperationInvalid;
  const filter = details.filter as EventFilter | null;
  const { plan: select } = compileSelect(filter?.selectClauses ?? [], index);
  const { plan: where } = compileWhere(filter?.whereClause, index);
  if (!where || !select.some((field) => field !== null)) return StatusCodes.BadEventFilterInvalid;
  const { start, end, count } = domain;
  const isOpen = start === undefined || end === undefined;
  return {
    type: "events",
    stations,
    select,
    where,
    limit: Math.min(limit, count ?? limit),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(isOpen && { left: count! }),
  };
}
