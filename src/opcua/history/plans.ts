import {
  isMinDate,
  type ReadAtTimeDetails,
  type ReadRawModifiedDetails,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import type { AtTimeRequest, RawRequest, Subject } from "./requests.ts";

/** An instant that a client gave, UTC ms; DateTime.MinValue means none (OPC 10000-11 §6.5.3.2). */
const given = (date: Date | null | undefined): number | undefined =>
  !date || isMinDate(date) ? undefined : date.getTime();

/** OPC 10000-11 §6.5.3. */
export function planRaw(
  details: ReadRawModifiedDetails,
  subject: Subject,
  _index: number,
  limit: number,
): RawRequest | StatusCode {
  if (details.isReadModified) return StatusCodes.BadHistoryOperationUnsupported; // nothing was ever modified
  const start = given(details.startTime);
  const end = given(details.endTime);
  const count = details.numValuesPerNode;
  // Two of the three have to be there.
  if ([start !== undefined, end !== undefined, count > 0].filter(Boolean).length < 2)
    return StatusCodes.BadHistoryOperationInvalid;
  const domain = {
    bounds: details.returnBounds,
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(count > 0 && { count }),
  };
  return { type: "raw", ...subject, domain, limit };
}

/** OPC 10000-11 §6.5.5. */
export function planAtTime(
  details: ReadAtTimeDetails,
  subject: Subject,
  _index: number,
  limit: number,
): AtTimeRequest | StatusCode {
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
