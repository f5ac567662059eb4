import { createHash } from "node:crypto";
import { type EventTypeName, eventTypes, type StandardEventType, standardEventTypes } from "../../../nodeset/events.ts";
import type { DataTypeName, EventTypeModel } from "../../../nodeset/model.ts";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import type { Committed } from "../../domain/ledger-entry.ts";
import type { StationSetup } from "../messages.ts";
import { instanceNodeId, nodeIdText } from "../node-id.ts";
import type { EventTypes } from "./event-types.ts";
import { localTime } from "./local-time.ts";
import { localizedText, type PlainValue, plainValue } from "./plain-value.ts";
import { resultFields } from "./result.ts";
import { eventsOf, type StationEvent } from "./station-event.ts";

/**
 * An event as plain data: what live subscriptions and history both serve, field by field.
 *
 * Fields are named by the path that a client selects: browse names from the event type down, namespace 0 without a prefix
 * (`Message`, `2:Sequence`, `7:Result/7:ResultMetaData/7:ResultId`); `conditionIdPath` is the ConditionId. A field without
 * a value is not there.
 */
export interface PlainEvent {
  /** NodeId of its type, also its field `EventType`. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, PlainValue>;
}

export { conditionIdPath } from "./condition-id.ts";

/** The same for live events and history; no two entries share one. `ordinal` counts the events of one entry from 0. */
export const eventId = (ledgerId: string, offset: number, ordinal = 0): Uint8Array =>
  createHash("sha256").update(`${ledgerId}:${offset}:${ordinal}`).digest().subarray(0, 16);

const modelPath = (name: string): string => `${namespaceIndexes.tallyline}:${name}`;
type OwnField = { readonly name: string; readonly path: string; readonly dataType: DataTypeName };
/** Own fields of each type as paths, with their data types. */
const ownFields = new Map<EventTypeName, readonly OwnField[]>(
  Object.entries<EventTypeModel>(eventTypes).map(([type, { fields }]) => [
    type as EventTypeName,
    Object.entries(fields).map(([name, { dataType }]) => ({ name, path: modelPath(name), dataType })),
  ]),
);

/** One event of an entry as plain data. Pure: the same entry gives the same event for ever. */
export function plainEvent(
  event: StationEvent,
  ordinal: number,
  { entry }: Committed,
  setup: StationSetup,
  ledgerId: string,
  types: EventTypes,
): PlainEvent {
  const type = types.ids[event.type] ?? nodeIdText(standardEventTypes[event.type as StandardEventType]);
  const source = event.source ?? { nodeId: instanceNodeId(setup.id), name: setup.id };
  const fields = new Map<string, PlainValue>([
    ["EventId", { dataType: "ByteString", value: eventId(ledgerId, entry.offset, ordinal) }],
    ["EventType", { dataType: "NodeId", value: type }],
    ["SourceNode", { dataType: "NodeId", value: source.nodeId }],
    ["SourceName", { dataType: "String", value: source.name }],
    ["Time", { dataType: "DateTime", value: event.time }],
    ["ReceiveTime", { dataType: "DateTime", value: entry.committedAt }],
    [
      "LocalTime",
      {
        dataType: "Structure",
        type: ["ua", "TimeZoneDataType"],
        value: { ...localTime(event.time, setup.timeZone) },
      },
    ],
    ["Message", localizedText(event.message)],
    ["Severity", { dataType: "UInt16", value: event.severity }],
  ]);
  for (const { name, path, dataType } of ownFields.get(event.type as EventTypeName) ?? []) {
    const value = event.fields[name];
    if (value !== undefined) fields.set(path, plainValue(dataType, value));
  }
  for (const [path, value] of Object.entries(event.inherited ?? {})) fields.set(path, value);
  if (event.unit)
    for (const [path, value] of resultFields(ledgerId, setup.id, event.unit)) if (value) fields.set(path, value);
  return { type, fields };
}

/** Every event of an entry, in the order of their ordinals. */
export const plainEventsOf = (
  committed: Committed,
  setup: StationSetup,
  ledgerId: string,
  types: EventTypes,
): PlainEvent[] =>
  eventsOf(committed, setup, ledgerId).map((event, ordinal) =>
    plainEvent(event, ordinal, committed, setup, ledgerId, types),
  );
