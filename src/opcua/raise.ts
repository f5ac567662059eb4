import { createHash } from "node:crypto";
import {
  type AddressSpace,
  type BaseNode,
  DataType,
  type ExtensionObject,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  Variant,
} from "node-opcua";
import { eventTypes } from "../../nodeset/events.ts";
import { namespaceIndexes } from "../../nodeset/namespaces.ts";
import type { Committed } from "../domain/ledger-entry.ts";
import { AppError } from "../platform/errors.ts";
import { toVariant } from "./binder.ts";
import { eventOf } from "./events.ts";
import type { StationSetup } from "./messages.ts";
import { instanceNodeId } from "./node-id.ts";
import { resultMetaData } from "./result.ts";

/** A type that the events need is not in the address space: a defect of the program, or of a nodeset. */
export class EventTypeError extends AppError {
  readonly code = "OPCUA_EVENT_TYPE";
}

/** The same for live events and history; no two entries share one. `ordinal` counts the events of one entry from 0. */
export const eventId = (ledgerId: string, offset: number, ordinal = 0): Buffer =>
  createHash("sha256").update(`${ledgerId}:${offset}:${ordinal}`).digest().subarray(0, 16);

const lowerFirst = (name: string): string => name[0]!.toLowerCase() + name.slice(1);

/** What node-opcua's event object offers beyond its public interface; asserted when the raiser is made. */
interface EventInternals {
  _setField(
    field: { lowerName: string; fullBrowsePath: string; node: BaseNode; nodeIdKey: string; mandatory: boolean },
    value: Variant,
  ): void;
}
interface NotifierInternals {
  _bubble_up_event(event: unknown): void;
}

/** A field of the Result structure that clients may select by path, e.g. `Result/ResultMetaData/ResultId`. */
interface NestedField {
  readonly node: UAVariable;
  readonly path: string;
  readonly value: (result: Result) => Variant;
}
interface Result {
  readonly object: ExtensionObject;
  readonly metaData: ExtensionObject & Readonly<Record<string, unknown>>;
}

/**
 * The nodes below `Result` of ResultReadyEventType. node-opcua answers a select clause from the node that its path leads
 * to, and does not look into structures: each gets its value here.
 */
function nestedFields(resultReady: UAObjectType): NestedField[] {
  const namespace = namespaceIndexes.machineryResult;
  const result = resultReady.getChildByName("Result", namespace) as UAVariable | null;
  const metaData = result?.getChildByName("ResultMetaData", namespace) as UAVariable | null;
  if (!result || !metaData) throw new EventTypeError("ResultReadyEventType has no Result/ResultMetaData");
  const structure = (value: unknown) => new Variant({ dataType: DataType.ExtensionObject, value });
  return [
    { node: result, path: "Result", value: ({ object }) => structure(object) },
    { node: metaData, path: "Result.ResultMetaData", value: ({ metaData }) => structure(metaData) },
    ...(metaData.getAggregates() as UAVariable[]).map((node): NestedField => {
      const name = node.browseName.name!;
      const dataType = node.dataTypeObj.basicDataType;
      return {
        node,
        path: `Result.ResultMetaData.${name}`,
        value: ({ metaData }) => {
          const value = metaData[lowerFirst(name)];
          return value === undefined || value === null ? new Variant() : new Variant({ dataType, value });
        },
      };
    }),
  ];
}

/**
 * Returns the function that raises the event of an entry, if it has one, at the station and everything above it.
 *
 * `report` gets what went wrong instead of the caller: an event that one client cannot take must not stop the ledger's reader.
 *
 * @throws EventTypeError when a type is missing, or this node-opcua works in another way.
 */
export function createRaiser(
  addressSpace: AddressSpace,
  setup: StationSetup,
  ledgerId: string,
  report: (error: unknown) => void,
): (committed: Committed) => void {
  const station = addressSpace.findNode(instanceNodeId(setup.id)) as (UAObject & NotifierInternals) | null;
  const types = new Map<string, UAObjectType>();
  for (const name of Object.keys(eventTypes)) {
    const type = addressSpace.findEventType(name, namespaceIndexes.tallyline);
    if (!type) throw new EventTypeError(`event type ${name} is not in the address space`);
    types.set(name, type as UAObjectType);
  }
  const resultReady = types.get("UnitInspectedEventType")!.subtypeOfObj as UAObjectType;
  const nested = nestedFields(resultReady);
  const resultType = addressSpace.findDataType("ResultDataType", namespaceIndexes.machineryResult);
  const eventIdNode = addressSpace.findEventType("BaseEventType")?.getChildByName("EventId");
  if (!resultType || !eventIdNode || typeof station?._bubble_up_event !== "function")
    throw new EventTypeError("this version of node-opcua raises events in another way; pin the one in package.json");

  const set = (event: unknown, node: BaseNode, path: string, value: Variant): void =>
    (event as EventInternals)._setField(
      {
        lowerName: path.split(".").map(lowerFirst).join("."),
        fullBrowsePath: path,
        node,
        nodeIdKey: node.nodeId.toString(),
        mandatory: true,
      },
      value,
    );

  return (committed) => {
    try {
      const raised = eventOf(committed, setup, ledgerId);
      if (!raised) return;
      const { entry } = committed;
      const data: Record<string, unknown> = {
        sourceNode: { dataType: DataType.NodeId, value: station.nodeId },
        sourceName: { dataType: DataType.String, value: setup.id },
        time: { dataType: DataType.DateTime, value: new Date(raised.time) },
        receiveTime: { dataType: DataType.DateTime, value: new Date(entry.committedAt) },
        // Optional (OPC 10000-5 §6.4.2); left null, because node-opcua's default is of the wrong type.
        localTime: { dataType: DataType.Null },
        message: { dataType: DataType.LocalizedText, value: { locale: "en", text: raised.message } },
        severity: { dataType: DataType.UInt16, value: raised.severity },
      };
      for (const [name, { dataType }] of Object.entries(eventTypes[raised.type].fields)) {
        const value = raised.fields[name];
        data[lowerFirst(name)] = value === undefined ? { dataType: DataType.Null } : toVariant(dataType, value);
      }
      const event = addressSpace.constructEventData(types.get(raised.type)! as never, data);
      set(
        event,
        eventIdNode,
        "EventId",
        new Variant({ dataType: DataType.ByteString, value: eventId(ledgerId, entry.offset) }),
      );
      if (raised.unit) {
        const object = addressSpace.constructExtensionObject(resultType, {
          resultMetaData: resultMetaData(ledgerId, setup.id, raised.unit),
          resultContent: [],
        });
        const result = {
          object,
          metaData: (object as unknown as { resultMetaData: Result["metaData"] }).resultMetaData,
        };
        for (const { node, path, value } of nested) set(event, node, path, value(result));
      }
      station._bubble_up_event(event);
    } catch (error) {
      report(error);
    }
  };
}
