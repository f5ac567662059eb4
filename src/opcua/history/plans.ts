import {
  isMinDate,
  minOPCUADate,
  type ReadAtTimeDetails,
  type ReadEventDetails,
  type ReadProcessedDetails,
  type ReadRawModifiedDetails,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import type { ScalarName } from "../../../nodeset/model.ts";
import type { EventFilterPlan } from "../events/event-filter.ts";
import { type AggregateSettings, aggregateDefaults } from "./aggregate-defaults.ts";
import { type AggregateName, aggregateRow, aggregates } from "./aggregates.ts";
import type { EventsRequest } from "./events.ts";
import type { AtTimeRequest, ProcessedRequest, RawRequest, Subject } from "./requests.ts";

/** An instant that a client gave, UTC ms; DateTime.MinValue means none (OPC 10000-11 §6.5.3.2). */
const given = (date: Date | null | undefined): number | undefined =>
  !date || isMinDate(date) ? undefined : date.getTime();

/** What a read of one variable starts from, besides its details. */
export interface PlanInput {
  readonly subject: Subject;
  /** Values that one response may hold. */
  readonly limit: number;
  /** The node's place in the request, and how many there are. */
  readonly index: number;
  readonly nodes: number;
  readonly dataType: ScalarName;
}

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
export function planRaw(details: ReadRawModifiedDetails, { subject, limit }: PlanInput): RawRequest | StatusCode {
  if (details.isReadModified) return StatusCodes.BadHistoryOperationUnsupported; // nothing was ever modified
  const domain = domainOf(details);
  if (!domain) return StatusCodes.BadHistoryOperationInvalid;
  return { type: "raw", ...subject, domain: { ...domain, bounds: details.returnBounds }, limit };
}

/** OPC 10000-11 §6.5.5. */
export function planAtTime(details: ReadAtTimeDetails, { subject, limit }: PlanInput): AtTimeRequest | StatusCode {
  // DateTime.MinValue is an instant like any other here, long before the first value.
  const times = (details.reqTimes ?? []).map((date: Date | null) => (date ?? minOPCUADate).getTime());
  if (times.length === 0) return StatusCodes.BadInvalidArgument;
  return {
    type: "atTime",
    ...subject,
    times,
    simpleBounds: details.useSimpleBounds,
    limit,
  };
}

const names: ReadonlyMap<string, AggregateName> = new Map(
  Object.entries(aggregates).map(([name, { id }]) => [`ns=0;i=${id}`, name as AggregateName] as const),
);

const numbers: ReadonlySet<ScalarName> = new Set(["Int32", "UInt32", "Double"]);

/** What the request says, or the defaults; nothing when the shares cannot both be meant (OPC 10000-13 §4.2.1.2). */
function settingsOf({ aggregateConfiguration: asked }: ReadProcessedDetails): AggregateSettings | undefined {
  if (!asked || asked.useServerCapabilitiesDefaults) return aggregateDefaults;
  const { percentDataBad, percentDataGood, treatUncertainAsBad, useSlopedExtrapolation } = asked;
  if (percentDataBad > 100 || percentDataGood > 100 || percentDataGood < 100 - percentDataBad) return undefined;
  return { percentDataBad, percentDataGood, treatUncertainAsBad, useSlopedExtrapolation };
}

/** OPC 10000-11 §6.5.4: the aggregate of the request that stands at the node's place. */
export function planProcessed(
  details: ReadProcessedDetails,
  { subject, limit, index, nodes, dataType }: PlanInput,
): ProcessedRequest | StatusCode {
  const types = details.aggregateType ?? [];
  if (types.length !== nodes) return StatusCodes.BadAggregateListMismatch;
  const aggregate = names.get(types[index]!.toString());
  if (!aggregate) return StatusCodes.BadAggregateNotSupported;
  if (aggregateRow(aggregate).takes === "numbers" && !numbers.has(dataType))
    return StatusCodes.BadAggregateInvalidInputs;
  const settings = settingsOf(details);
  if (!settings) return StatusCodes.BadAggregateInvalidInputs;
  const start = given(details.startTime);
  const end = given(details.endTime);
  const width = details.processingInterval;
  if (start === undefined || end === undefined || start === end || !(width >= 0)) return StatusCodes.BadInvalidArgument;
  return {
    type: "processed",
    ...subject,
    domain: { start, end, width, aggregate, dataType, settings },
    begin: 0,
    limit,
  };
}

/**
 * OPC 10000-11 §6.5.2.
 *
 * @param filter absent when the client's has no meaning
 */
export function planEvents(
  details: ReadEventDetails,
  stations: readonly string[],
  limit: number,
  filter: EventFilterPlan | undefined,
): EventsRequest | StatusCode {
  const domain = domainOf(details);
  if (!domain) return StatusCodes.BadHistoryOperationInvalid;
  if (!filter) return StatusCodes.BadEventFilterInvalid;
  const { start, end, count } = domain;
  const isOpen = start === undefined || end === undefined;
  return {
    type: "events",
    stations,
    ...filter,
    limit: Math.min(limit, count ?? limit),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(isOpen && { left: count! }),
  };
}
