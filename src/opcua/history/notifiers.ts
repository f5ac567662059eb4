import {
  type AddressSpace,
  AttributeIds,
  DataType,
  EventFilter,
  type EventNotifierFlags,
  resolveNodeId,
  SimpleAttributeOperand,
  type UAObject,
  type UAVariable,
} from "node-opcua";
import { type EventTypeName, eventTypes } from "../../../nodeset/events.ts";
import { siteNotifiers } from "../../../nodeset/history.ts";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { baseEventType } from "../events/event-types.ts";
import { EventTypeError, type EventTypeIndex } from "../events/read-event-types.ts";
import { instanceNodeId } from "../node-id.ts";

/** Bits of EventNotifier (OPC 10000-3 §8.59): SubscribeToEvents and HistoryRead. */
const historyReadable = 0b101;

const baseFields = [
  "EventId",
  "EventType",
  "SourceNode",
  "SourceName",
  "Time",
  "ReceiveTime",
  "LocalTime",
  "Message",
  "Severity",
];

/** All fields of all events of ours, without a restriction: what HistoricalEventFilter tells (OPC 10000-11 §5.3.2). */
const filterOf = ({ types }: EventTypeIndex): EventFilter =>
  new EventFilter({
    selectClauses: [
      ...baseFields.map((name) => clause(baseEventType, 0, name)),
      ...Object.keys(eventTypes).flatMap((type) =>
        Object.keys(eventTypes[type as EventTypeName].fields).map((field) =>
          clause(types.ids[type]!, namespaceIndexes.tallyline, field),
        ),
      ),
    ],
  });
const clause = (type: string, namespaceIndex: number, name: string): SimpleAttributeOperand =>
  new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId(type),
    browsePath: [{ namespaceIndex, name }],
    attributeId: AttributeIds.Value,
  });

/**
 * Makes the notifiers say that the history of their events can be read.
 *
 * @returns NodeId of a notifier → the stations whose events it has
 * @throws EventTypeError when a notifier or its HistoricalEventFilter is missing
 */
export function historizeNotifiers(
  addressSpace: AddressSpace,
  stations: readonly string[],
  index: EventTypeIndex,
): ReadonlyMap<string, readonly string[]> {
  const value = { dataType: DataType.ExtensionObject, value: filterOf(index) };
  const notifiers = [
    ...stations.map((id) => ({ nodeId: instanceNodeId(id), path: id, stations: [id] })),
    ...siteNotifiers.map(({ path, notifier }) => ({
      nodeId: `ns=${namespaceIndexes[notifier.ns]};i=${notifier.id}`,
      path,
      stations,
    })),
  ];
  return new Map(
    notifiers.map(({ nodeId, path, stations: below }) => {
      const node = addressSpace.findNode(nodeId) as UAObject | null;
      const filter = addressSpace.findNode(instanceNodeId(path, "HistoricalEventFilter")) as UAVariable | null;
      if (!node || !filter) throw new EventTypeError(`notifier ${nodeId} or its HistoricalEventFilter is missing`);
      node.setEventNotifier(historyReadable as EventNotifierFlags);
      filter.setValueFromSource(value);
      return [node.nodeId.toString(), below];
    }),
  );
}
